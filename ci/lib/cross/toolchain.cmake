# The toolchain of the presets for other machines: Debian's cross compiler, libraries from build/sysroot, where ci/cross
# puts them, and qemu to run programs. CMAKE_SYSTEM_PROCESSOR is the name of the machine in Debian and qemu.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CMAKE_SYSTEM_PROCESSOR)
set(CMAKE_SYSTEM_NAME Linux)

set(sysroot ${CMAKE_CURRENT_LIST_DIR}/../../../build/sysroot/${CMAKE_SYSTEM_PROCESSOR})
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${sysroot})
set(ENV{PKG_CONFIG_LIBDIR} ${sysroot}/usr/lib/${CMAKE_SYSTEM_PROCESSOR}-linux-gnu/pkgconfig)

set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${CMAKE_SYSTEM_PROCESSOR} -L ${sysroot})
set(RINGPROOF_LAUNCHER ${CMAKE_CROSSCOMPILING_EMULATOR})
