# Targets refuse a wrong environment. For the trees of every engine.
set(environment ${CMAKE_CURRENT_LIST_DIR})

function(add_environment_tests)
  set(refuses ${environment}/refuses_environment)
  set(input ${environment}/environment.cmake) # any file
  add_test(NAME ${RINGPROOF_TREE}.fuzz.environment.subject COMMAND ${refuses} $<TARGET_FILE:ring_ops> ${input})
  add_test(NAME ${RINGPROOF_TREE}.fuzz.environment.slow
    COMMAND ${refuses} $<TARGET_FILE:ring_ops> ${input} RINGPROOF_SLOW_MS=1s)
  add_test(NAME ${RINGPROOF_TREE}.fuzz.environment.needs
    COMMAND ${refuses} $<TARGET_FILE:out_of_memory> ${input} RINGPROOF_SUBJECT=resort)
  # The test notices a target that speaks up only when its engine runs.
  add_test(NAME ${RINGPROOF_TREE}.fault.environment COMMAND ${refuses} ${environment}/judges_late ${input})
  set_tests_properties(${RINGPROOF_TREE}.fault.environment PROPERTIES
    PASS_REGULAR_EXPRESSION "status 2, expected 2 with a sentence, and no files; it left crash-1 errors")
endfunction()
