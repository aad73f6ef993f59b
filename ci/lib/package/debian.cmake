# Debian packages, which ci/package makes with CPack from a tree whose prefix is /usr.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ringproof)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${RINGPROOF_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL Runtime Development Tool)
set(version "${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}")

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libringproof0)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_BINARY_DIR}/debian/triggers)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "consistent-hash ring (shared libraries)
A ring maps keys to nodes, and moves few keys when nodes come and go. Adding
and removing a node does not get slower as the ring grows, and any number of
threads can read while one changes the ring.
.
This package has the shared libraries.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libringproof-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libringproof0 (= ${version}), libxxhash-dev (>= 0.8.0), liburcu-dev, nettle-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "consistent-hash ring (development files)
A ring maps keys to nodes, and moves few keys when nodes come and go. Adding
and removing a node does not get slower as the ring grows, and any number of
threads can read while one changes the ring.
.
This package has headers, static libraries, and files for pkg-config and CMake.")

set(CPACK_DEBIAN_TOOL_PACKAGE_NAME ringproof)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_TOOL_PACKAGE_RECOMMENDS libringproof-dev)
set(CPACK_DEBIAN_TOOL_DESCRIPTION "tests consistent-hash rings for correctness and crashes
It generates sequences of adds, removes and lookups, runs them on a ring and on
a slow model beside it, and compares every answer. It shrinks what fails to a
few lines. A ring of your own is tested as a shared object.")

# Debian's own documents. Installed by component only, which is how CPack installs.
function(install_documents component package)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/debian/copyright ${CMAKE_CURRENT_BINARY_DIR}/debian/changelog.Debian.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component} EXCLUDE_FROM_ALL)
endfunction()
file(STRINGS LICENSE licence)
list(FILTER licence EXCLUDE REGEX "^MIT License$|^Copyright ")
list(TRANSFORM licence PREPEND " ")
list(JOIN licence "\n" licence)
string(REGEX REPLACE "^( ?\n)+" "" licence "${licence}")
configure_file(ci/lib/package/copyright.in debian/copyright @ONLY)
configure_file(ci/lib/package/changelog.in debian/changelog @ONLY)
execute_process(COMMAND gzip -9nc debian/changelog WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}
  OUTPUT_FILE debian/changelog.Debian.gz COMMAND_ERROR_IS_FATAL ANY)
install_documents(Runtime libringproof0)
install_documents(Development libringproof-dev)
install_documents(Tool ringproof)
include(CPack)
