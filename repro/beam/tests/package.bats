# The application as others have it: from an unpacked package, with rebar3 and with mix, and installed. BUILD is the build tree.

setup_file() {
    export HOME=$BATS_FILE_TMPDIR MIX_REBAR3 MIX_ENV=prod
    MIX_REBAR3=$(command -v rebar3)
    # The same objects serve all tests.
    export CFLAGS=-O0 MAKEFLAGS=-j2
    cmake --build "$BUILD" --target hash_ring_package
    archive=$(echo "$BUILD"/repro/beam/package/hash_ring-*.tar.gz)
    export archive unpacked=$BATS_FILE_TMPDIR/rebar3/_checkouts/hash_ring
    mkdir -p "${unpacked%/*}"
    tar -xzf "$archive" -C "${unpacked%/*}"
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# Where the library hash-ring has these keys. The last one is longer than a byte can count.
owners='keyA slotA
keyBBBB slotA
keyB_ slotB
long a'

@test "rebar3 builds a project that depends on it, and keys are where hash-ring has them" {
    cd "$BATS_FILE_TMPDIR/rebar3"
    mkdir src
    echo '{deps, [hash_ring]}.' >rebar.config
    echo '{application, user, [{description, "A user"}, {vsn, "1"}, {applications, [kernel, stdlib, hash_ring]}]}.' >src/user.app.src
    cat >src/owners.erl <<'END'
-module(owners).
-include_lib("hash_ring/include/hash_ring.hrl").
-export([main/0]).

main() ->
    {ok, _} = application:ensure_all_started(hash_ring),
    ring("r", ?HASH_RING_FUNCTION_SHA1, ["slotA", "slotB"]),
    [print(Key, "r", Key) || Key <- ["keyA", "keyBBBB", "keyB_"]],
    ring(long, ?HASH_RING_FUNCTION_SHA1, ["a", "b", "c", "d", "e"]),
    print("long", long, lists:duplicate(256, $x)),
    halt().

ring(Ring, Hash, Nodes) ->
    ok = hash_ring:create_ring(Ring, 8, Hash),
    ok = hash_ring:set_mode(Ring, ?HASH_RING_MODE_NORMAL),
    [ok = hash_ring:add_node(Ring, Node) || Node <- Nodes].

print(Label, Ring, Key) ->
    {ok, Node} = hash_ring:find_node(Ring, Key),
    io:format("~s ~s~n", [Label, Node]).
END
    rebar3 compile
    run erl -noshell -pa _build/default/*/*/ebin -run owners main
    [ "$status" -eq 0 ]
    diff <(echo "$output") <(echo "$owners")
    run erl -noshell -pa _build/default/*/*/ebin -hash_ring backend nif -run owners main
    [ "$status" -eq 0 ]
    diff <(echo "$output") <(echo "$owners")
    # Driver and NIF are those of the package.
    for library in hash_ring_drv:driver_init hash_ring_nif:nif_init; do
        file=priv/${library%:*}.so
        [ _build/default/checkouts/hash_ring/$file -ef "$unpacked/$file" ]
        nm -D --defined-only "$unpacked/$file" | awk '{ print $3 }' >exported
        echo "${library#*:}" | diff - exported
    done
}

@test "mix builds a project that depends on it" {
    mkdir lib
    cat >mix.exs <<END
defmodule User.MixProject do
  use Mix.Project
  def project, do: [app: :user, version: "1.0.0", deps: [{:hash_ring, path: "$unpacked"}]]
end
END
    cat >lib/owners.ex <<'END'
defmodule Owners do
  require Record
  @nodes ["slotA", "slotB"]
  def main do
    :ok = :hash_ring.create_ring("r", 8)
    for node <- @nodes, do: :ok = :hash_ring.add_node("r", node)
    for key <- ["keyA", "keyBBBB", "keyB_"] do
      {:ok, node} = :hash_ring.find_node("r", key)
      IO.puts("#{key} #{node}")
    end
  end
end
END
    mix compile
    run mix run -e 'Owners.main()'
    [ "$status" -eq 0 ]
    diff <(echo "$output" | grep key) <(echo "$owners" | head -n 3)
}

@test "a source is compiled again if it or a header that it includes has changed" {
    cp -R "$unpacked" . && cd hash_ring
    make --silent
    run make --dry-run
    [[ "$output" == *"Nothing to be done"* ]]
    touch -d '1 hour' c_src/repro/beam/driver/reply.h
    run make --dry-run
    [[ "$output" == *c_src/repro/beam/driver/reply.c*c_src/repro/beam/driver/rings.c*"-o priv/hash_ring_drv.so"* ]]
    [[ "$output" != *"-c -o obj/repro/beam/driver/command.o"* ]]
    touch -d '1 hour' c_src/repro/beam/driver/command.c
    run make --dry-run
    [[ "$output" == *"-c -o obj/repro/beam/driver/command.o"* ]]
}

@test "rebar3 compiles the package itself, lists every module, and cleans up" {
    cd "$unpacked"
    rebar3 compile
    for source in src/*.erl; do
        grep -qw "$(basename "$source" .erl)" <(sed -n '/{modules/,/]/p' _build/default/lib/hash_ring/ebin/hash_ring.app)
    done
    make clean
    rm -r _build rebar.lock priv
    tar -xzf "$archive" -C "$BATS_TEST_TMPDIR"
    diff -r . "$BATS_TEST_TMPDIR/hash_ring"
}

@test "a package for hex has every file" {
    tar -xzf "$archive" && cd hash_ring
    erl -noshell -eval '{ok, [{application, _, Options}]} = file:consult("src/hash_ring.app.src"),
        [io:format("~s~n", [hd(filename:split(File))]) || File <- proplists:get_value(files, Options)], halt().' >../listed
    ls | diff - <(sort ../listed)
    [ "$(ls doc)" = overview.edoc ]
}

# usage: refused SENTENCE [VARIABLE=VALUE...]. make fails with this sentence and compiles nothing.
refused() {
    sentence=$1
    shift
    run make "$@"
    [ "$status" -eq 2 ]
    [[ "${#lines[@]}" -eq 1 && "$output" == *"hash_ring: $sentence"* ]]
    [ ! -e obj ]
}

@test "a package that lacks a file says which" {
    tar -xzf "$archive" && cd hash_ring
    mv c_src/core/change.c kept
    refused "c_src/core/change.c is missing, so this is not the whole package: unpack it again"
    run rebar3 compile
    [ "$status" -ne 0 ]
    [[ "$output" == *"hash_ring: c_src/core/change.c is missing, so"*"Hook for compile failed"* ]]
    mv kept c_src/core/change.c
    for file in c_src/sources.mk c_src/core/nodes.h exports; do
        mv $file kept
        refused "$file is missing, so this is not the whole package"
        mv kept $file
    done
}

@test "a tool or C library that is missing is named, with what to install" {
    tar -xzf "$archive" && cd hash_ring
    refused "there is no compiler no-cc: install gcc or clang" CC="no-cc -m64"
    refused "there is no no-pkg-config: install pkg-config" PKG_CONFIG=no-pkg-config
    refused "there is no $PWD/erl_driver.h: install erlang-dev" ERTS_INCLUDE_DIR="$PWD"
    mkdir pc
    export PKG_CONFIG_LIBDIR=$PWD/pc
    refused "the C library nettle is missing: install nettle-dev"
    printf 'Name: %s\nDescription: -\nVersion: 1\nLibs:\n' nettle >pc/nettle.pc
    printf 'Name: %s\nDescription: -\nVersion: 0.7.4\nLibs:\n' libxxhash >pc/libxxhash.pc
    refused "the C library libxxhash >= 0.8.0 is missing: install libxxhash-dev"
    sed -i 's/0.7.4/0.8.0/' pc/libxxhash.pc
    # What is optional is left out, and the rest is made.
    run make --dry-run
    [[ "$output" == *"hash_ring: made without hash_ring_nif, because the C library liburcu-bp is missing: install liburcu-dev"* ]]
    [[ "$output" != *"-o priv/hash_ring_nif.so"* ]]
    printf 'optional += other\nother.sources := core/change.c\nother.libraries := nettle none\n' >>c_src/sources.mk
    run make --dry-run
    [ "$status" -eq 0 ]
    [[ "$output" == *"hash_ring: made without other, because the C library none is missing"*"-o priv/hash_ring_drv.so"* ]]
    [[ "$output" != *"-o priv/other.so"* ]]
    printf 'Name: %s\nDescription: -\nVersion: 1\nLibs:\n' none >pc/none.pc
    run make --dry-run
    [[ "$output" == *"-o priv/other.so"* ]]
}

@test "the installed application starts where ERL_LIBS has it, and so does its include file" {
    cmake --install "$BUILD" --component Erlang --prefix "$PWD/usr"
    cd usr/lib/erlang/lib/hash_ring-*
    [ "$(basename "$PWD")" = "$(basename "$archive" .tar.gz)" ]
    diff <(ls ebin | sed "s/[.].*//" | sort) <({ printf "hash_ring\nhash_ring\n"; basename -s .erl "$unpacked"/src/*.erl; } | sort)
    [ "$(ls)" = "$(printf 'ebin\ninclude\npriv')" ]
    cd "$BATS_TEST_TMPDIR"
    cat >installed.erl <<'END'
-module(installed).
-include_lib("hash_ring/include/hash_ring.hrl").
-export([main/0]).

main() ->
    {ok, _} = application:ensure_all_started(hash_ring),
    ok = hash_ring:create_ring(r, 8, ?HASH_RING_FUNCTION_SHA1),
    [ok = hash_ring:add_node(r, Node) || Node <- ["slotA", "slotB"]],
    io:format("~p from ~s~n", [hash_ring:find_node(r, "keyB_"), code:priv_dir(hash_ring)]),
    halt().
END
    export ERL_LIBS=$PWD/usr/lib/erlang/lib
    erlc installed.erl
    run erl -noshell -run installed main
    [ "$status" -eq 0 ]
    [ "$output" = "{ok,<<\"slotB\">>} from $(echo "$ERL_LIBS"/hash_ring-*)/priv" ]
}

@test "edoc has no warning, says what every function of users does, and the overview's example runs" {
    tar -xzf "$archive" && cd hash_ring
    echo 'all clean:' >Makefile # edoc needs no driver
    run rebar3 edoc
    [ "$status" -eq 0 ]
    [[ "$output" != *arning* ]]
    [ -s doc/index.html ] && [ -s doc/route_manager.html ]
    cat >undocumented.erl <<'END'
%% Prints the functions that edoc shows without a description.
-module(undocumented).
-export([main/1]).

main(Files) ->
    [io:format("~s:~s/~s~n", [filename:basename(File, ".erl"), value("@name", Function), value("@arity", Function)])
     || File <- Files, {_, Doc} <- [edoc:get_doc(File)], value("/module/@private", Doc) =/= "yes",
        Function <- xmerl_xpath:string("//function[not(description)]", Doc)],
    halt().

value(Path, Element) ->
    {xmlObj, string, Value} = xmerl_xpath:string("string(" ++ Path ++ ")", Element),
    Value.
END
    erlc undocumented.erl
    run erl -noshell -run undocumented main src/*.erl
    [ "$status" -eq 0 ]
    echo "$output"
    [ -z "$output" ]
    sed -n '/ensure_all_started/,/find_node/p' doc/overview.edoc >example
    run erl -noshell -pa "$BUILD/repro/beam/core/hash_ring/ebin" -eval "$(sed '$s/[.]$/, halt()./' example)"
    [ "$status" -eq 0 ]
    [ "$(wc -l <example)" -eq 4 ]
}
