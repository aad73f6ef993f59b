#!/bin/bash -eu
# Replays the corpora with what build.sh built for libFuzzer. Needs no network, and leaves the sources as they are.
# Licence: that of ringproof, or Apache 2.0 (http://www.apache.org/licenses/LICENSE-2.0), which OSS-Fuzz asks for.
cmake --build "$WORK/ringproof" --target fuzz_targets
while read -r target corpus; do
    "$WORK/ringproof/fuzz/$target" -runs=0 "$WORK/ringproof/corpus/$corpus"
done <"$WORK/ringproof/fuzz/delivered"
