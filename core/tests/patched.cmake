# Planted faults: copies of sources with a patch applied, and the faulty ring library built from them.

# Copies the files in ARGN from the folder `from` of the sources to the same folder below `into`, and applies the
# patch there.
function(add_patched patch into from)
  set(copies)
  set(originals)
  set(folders)
  foreach(file ${ARGN})
    list(APPEND copies ${into}/${from}/${file})
    list(APPEND originals ${CMAKE_SOURCE_DIR}/${from}/${file})
    get_filename_component(folder ${into}/${from}/${file} DIRECTORY)
    list(APPEND folders ${folder})
    list(APPEND files_of_${folder} ${CMAKE_SOURCE_DIR}/${from}/${file})
  endforeach()
  list(REMOVE_DUPLICATES folders)
  set(copy)
  foreach(folder ${folders}) # one process for each, and not for each file: there are many faults
    list(APPEND copy COMMAND ${CMAKE_COMMAND} -E copy ${files_of_${folder}} ${folder})
  endforeach()
  add_custom_command(OUTPUT ${copies}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${into}/${from}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folders}
    ${copy}
    COMMAND patch --quiet --strip=1 --fuzz=0 --directory=${into} --input=${patch}
    DEPENDS ${patch} ${originals}
    VERBATIM)
endfunction()

# Sets `result` to the headers of the ring library, relative to core/.
function(find_core_headers result)
  set(core ${CMAKE_SOURCE_DIR}/core)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${core} ${core}/*.h ${core}/arcs/*.h ${core}/shared/*.h ${core}/tests/tiny.h)
  set(${result} ${headers} PARENT_SCOPE)
endfunction()

# Builds the ring library with a patch applied, as an object library named ring_FAULT. If the patch changes sources,
# only these are compiled: the linker takes the others from the library, because objects come before archives.
function(add_faulty_ring fault patch)
  get_target_property(sources ringproof_ring_static SOURCES)
  get_target_property(stores ring_stores SOURCES)
  list(APPEND sources ${stores})
  find_core_headers(headers)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/faults/${fault})
  file(STRINGS ${patch} patched REGEX "^\\+\\+\\+ b/core/.*\\.c$")
  if(patched)
    string(REPLACE "+++ b/core/" "" sources "${patched}")
  endif()
  add_patched(${patch} ${folder} core ${sources} ${headers})
  list(TRANSFORM sources PREPEND ${folder}/core/)
  add_library(ring_${fault} OBJECT ${sources})
  target_compile_options(ring_${fault} PRIVATE -w)
  target_link_libraries(ring_${fault} PUBLIC ringproof_ring_static PRIVATE PkgConfig::NETTLE PkgConfig::XXHASH)
endfunction()
