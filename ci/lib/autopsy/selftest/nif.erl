-module(nif).
-export([main/1, crash/1]).

main([Library, How]) ->
    ok = erlang:load_nif(Library, 0),
    crash(list_to_atom(How)).

crash(_) -> erlang:nif_error(not_loaded).
