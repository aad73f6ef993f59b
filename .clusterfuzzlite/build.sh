#!/bin/bash -eu
# Builds every fuzz target with the given compiler, flags and engine (CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE), and
# puts it into OUT with its seed corpus, its options and, if it reads text, its dictionary.
# Licence: that of ringproof, or Apache 2.0 (http://www.apache.org/licenses/LICENSE-2.0), which OSS-Fuzz asks for.
sanitizers=
case ${SANITIZER:-address} in
memory) sanitizers=memory ;; # fuzz/base/msan.c declares what uninstrumented libraries read and write
esac
cmake -S "$SRC/ringproof" -B "$WORK/ringproof" -G Ninja -DCMAKE_BUILD_TYPE=None -DRINGPROOF_PART=targets \
    -DRINGPROOF_ENGINE=given -DRINGPROOF_ENGINE_LIBRARY="$LIB_FUZZING_ENGINE" -DRINGPROOF_SANITIZERS="$sanitizers" \
    -DRINGPROOF_SLOW_MS=1000 # more than ci/nightly allows: their machines are slower
cmake --build "$WORK/ringproof" --target fuzz_targets

while read -r target corpus; do
    cp "$WORK/ringproof/fuzz/$target" "$OUT/"
    (cd "$WORK/ringproof/corpus/$corpus" && cmake -E tar cf "$OUT/${target}_seed_corpus.zip" --format=zip .)
    printf '[libfuzzer]\nmax_len = 1024\ntimeout = 10\n' >"$OUT/$target.options"
    dictionary=$SRC/ringproof/fuzz/dictionaries/$corpus.dict
    if [ -f "$dictionary" ]; then
        cp "$dictionary" "$OUT/"
        echo "dict = $corpus.dict" >>"$OUT/$target.options"
    fi
done <"$WORK/ringproof/fuzz/delivered"
