/* Defines ADDRESS_SANITIZER in builds with AddressSanitizer, which gcc and clang announce
 * differently. */
#ifndef FUZZ_BASE_SANITIZED_H
#define FUZZ_BASE_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif

#endif
