/* Whether this is a build with AddressSanitizer: then ADDRESS_SANITIZER is defined. */
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
