"""What more than one of the packages needs. They import nothing of each other, and this imports none of them."""
