"""What several packages of ci/lib use. Packages import this and no other package; this imports none of them."""
