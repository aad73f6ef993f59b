# Makes a test of each kept finding, under its name:
#   NAME.trace                  'ringproof expect' checks its 'expect' lines
#   TARGET-SUBJECT-WHAT.input   the target runs it on the subject; a TARGET has no dashes
#   NAME.txt                    about the input NAME: no test
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
      message(FATAL_ERROR "${finding}: not NAME.trace, NAME.txt, or TARGET-SUBJECT-WHAT.input as ci/findings names it: rename it")
    endif()
  endforeach()
endfunction()
