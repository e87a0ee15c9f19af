/* Which sanitizer this is compiled for, in one word for both compilers: WITH_ASAN, WITH_TSAN. */
#ifndef CORE_SANITIZER_H
#define CORE_SANITIZER_H

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#elif __has_feature(thread_sanitizer)
#define WITH_TSAN 1
#endif
#endif

#if defined(__SANITIZE_ADDRESS__) && !defined(WITH_ASAN)
#define WITH_ASAN 1
#elif defined(__SANITIZE_THREAD__) && !defined(WITH_TSAN)
#define WITH_TSAN 1
#endif

#endif
