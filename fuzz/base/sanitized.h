/* Defines ADDRESS_SANITIZER in builds with AddressSanitizer, which gcc and clang announce
 * differently, and MEMORY_SANITIZER in those with MemorySanitizer, which only clang has. */
#ifndef FUZZ_BASE_SANITIZED_H
#define FUZZ_BASE_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#if __has_feature(memory_sanitizer)
#define MEMORY_SANITIZER 1
#endif
#endif

#endif
