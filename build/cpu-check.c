/*
 * Says in one clear line what an older CPU lacks, before the .NET runtime starts.
 *
 * Why in C: the native binaries are compiled for x86-64-v3, and the runtime checks that itself before any managed code
 * runs, module initializers included. Its answer, "The required instruction sets are not supported by the current
 * CPU." and SIGABRT (seen with ILCompiler 9.0.20), neither names what is missing nor what to do. A constructor runs
 * before main, and therefore before that check. This file itself is compiled for plain x86-64.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* AVX needs the kernel too: it must save the upper halves of the registers (bits 1 and 2 of XCR0). */
static int kernel_saves_avx(unsigned leaf1_ecx)
{
    unsigned low, high;
    if (!(leaf1_ecx & bit_OSXSAVE))
        return 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6) == 6;
}

__attribute__((constructor)) static void check_cpu(void)
{
    unsigned a, b, c, d;
    unsigned leaf1_ecx = 0, leaf7_ebx = 0, extended_ecx = 0;
    if (__get_cpuid(1, &a, &b, &c, &d))
        leaf1_ecx = c;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d))
        leaf7_ebx = b;
    if (__get_cpuid(0x80000001, &a, &b, &c, &d))
        extended_ecx = c;

    const int avx = kernel_saves_avx(leaf1_ecx) && (leaf1_ecx & bit_AVX);
    const struct { const char *name; int present; } needed[] = {
        { "sse4.2", leaf1_ecx & bit_SSE4_2 },
        { "popcnt", leaf1_ecx & bit_POPCNT },
        { "movbe",  leaf1_ecx & bit_MOVBE },
        { "aes",    leaf1_ecx & bit_AES },
        { "pclmul", leaf1_ecx & bit_PCLMUL },
        { "avx",    avx },
        { "f16c",   avx && (leaf1_ecx & bit_F16C) },
        { "fma",    avx && (leaf1_ecx & bit_FMA) },
        { "avx2",   avx && (leaf7_ebx & bit_AVX2) },
        { "bmi1",   leaf7_ebx & bit_BMI },
        { "bmi2",   leaf7_ebx & bit_BMI2 },
        { "lzcnt",  extended_ecx & bit_LZCNT },
    };

    char missing[128] = "";
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (needed[i].present)
            continue;
        strcat(missing, missing[0] ? ", " : "");
        strcat(missing, needed[i].name);
    }

    if (missing[0]) {
        fprintf(stderr,
                "%s: this CPU lacks %s, which this binary was built for (x86-64-v3, x86 servers since about 2015); "
                "build one that runs here with: ./publish.sh --cpu baseline\n",
                program_invocation_short_name, missing);
        _exit(1);
    }
}
