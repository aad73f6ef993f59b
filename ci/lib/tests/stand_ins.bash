# For tests of commands that would change the machine. Loaded, not run: `load stand_ins`.

# Makes the folder "$bin", for PATH.
make_stand_ins() {
    bin=$BATS_TEST_TMPDIR/bin
    mkdir -p "$bin"
}

# A stand-in: name, then its body.
fake() {
    printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
    chmod +x "$bin/$1"
}
