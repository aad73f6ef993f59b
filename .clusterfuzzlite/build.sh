#!/bin/bash -eu
# Builds every fuzz target with the given compiler, flags and engine (CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE), and
# puts it into OUT with its corpus. Targets run on machines without the libraries they need, so OUT/lib has those.
sanitizers=
case ${SANITIZER:-address} in
memory) sanitizers=memory ;; # fuzz/base/msan.c declares what uninstrumented libraries read and write
esac
cmake -S "$SRC/ringproof" -B "$WORK/ringproof" -G Ninja -DCMAKE_BUILD_TYPE=None \
    -DRINGPROOF_ENGINE=given -DRINGPROOF_ENGINE_LIBRARY="$LIB_FUZZING_ENGINE" -DRINGPROOF_PART=targets \
    -DRINGPROOF_SANITIZERS="$sanitizers" \
    -DCMAKE_EXE_LINKER_FLAGS='-Wl,-rpath,$ORIGIN/lib' -DCMAKE_BUILD_WITH_INSTALL_RPATH=OFF
cmake --build "$WORK/ringproof" --target fuzz_targets

mkdir -p "$OUT/lib"
for packed in "$SRC"/ringproof/fuzz/corpus/*.tar.gz; do
    target=$(basename "$packed" .tar.gz)
    cp "$WORK/ringproof/fuzz/$target" "$OUT/"
    ldd "$OUT/$target" | awk '/lib(md|xxhash|nettle)\./ { print $3 }' | xargs -r cp -u -t "$OUT/lib"
    dictionary=$SRC/ringproof/fuzz/dictionaries/$target.dict # targets that read text have one
    [ ! -f "$dictionary" ] || cp "$dictionary" "$OUT/"
    unpacked=$(mktemp -d)
    tar -xzf "$packed" -C "$unpacked"
    (cd "$unpacked/$target" && zip -q -r "$OUT/${target}_seed_corpus.zip" .)
    rm -r "$unpacked"
done
