# Each finding that was kept is a test under its name: fuzz/regressions/NAME.trace for programs of rings, held to what
# its 'expect' lines say, or NAME.input, TARGET-SUBJECT-... by name, given to that target. A TARGET has no dashes.
function(add_regressions folder ringproof targets)
  file(GLOB findings CONFIGURE_DEPENDS ${folder}/*)
  foreach(finding ${findings})
    get_filename_component(name ${finding} NAME_WLE)
    get_filename_component(kind ${finding} LAST_EXT)
    set(test ${RINGPROOF_TREE}.regression.${name})
    if(kind STREQUAL .trace)
      add_test(NAME ${test} COMMAND ${ringproof} expect ${finding})
    elseif(kind STREQUAL .input AND name MATCHES "^([a-z0-9_]+)-([a-z0-9_]+)-")
      add_test(NAME ${test}
        COMMAND ${CMAKE_COMMAND} -E env RINGPROOF_SUBJECT=${CMAKE_MATCH_2} RINGPROOF_SLOW_MS=10000
          ${RINGPROOF_LAUNCHER} ${targets}/${CMAKE_MATCH_1} ${finding})
    elseif(NOT kind STREQUAL .txt)
      message(FATAL_ERROR "${finding}: neither NAME.trace nor TARGET-SUBJECT-WHAT.input, as ci/findings names them, nor NAME.txt about one: rename it")
    endif()
  endforeach()
endfunction()
