#include "include/CThreads.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

/// The most helpers, threads besides the caller's.
#define MOST 255
/// Nanoseconds that a thread waits awake.
#define AWAKE 50000

/// The loop that is shared: changed by its caller alone while the gate is closed and nobody is inside.
static struct {
    void (*body)(void *, ptrdiff_t);
    void *context;
    ptrdiff_t threads;
} loop;

/// The indices of each thread: those from `next` to before `end` have not been taken.
static struct {
    _Alignas(64) atomic_ptrdiff_t next;
    ptrdiff_t end;
} shares[MOST + 1];

/// Who may share the loop: its number in the upper 32 bits, then 16 bits with the number of helpers that may enter (0 when it is
/// closed), then 16 bits with the number of those inside.
static _Alignas(64) atomic_uint_fast64_t gate;

static _Alignas(64) atomic_flag is_taken = ATOMIC_FLAG_INIT;
static atomic_int asleep;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/// Makes the calls of a thread's own indices, whose memory its caches may hold from the loop before, then of those that others left.
static void work(ptrdiff_t thread) {
    for (ptrdiff_t turn = 0; turn < loop.threads; turn++) {
        const ptrdiff_t whose = (thread + turn) % loop.threads, end = shares[whose].end;
        for (;;) {
            const ptrdiff_t index = atomic_fetch_add_explicit(&shares[whose].next, 1, memory_order_relaxed);
            if (index >= end) {
                break;
            }
            loop.body(loop.context, index);
        }
    }
}

/// Whether the gate is open to a helper that was last inside for loop `last`.
static int is_open(uint64_t state, ptrdiff_t helper, uint32_t last) {
    return (uint32_t)(state >> 32) != last && helper < (ptrdiff_t)(state >> 16 & 0xffff);
}

/// Waits until the gate is open, and returns its state.
static uint64_t wait_for_loop(ptrdiff_t helper, uint32_t last) {
    const int64_t end = nanoseconds() + AWAKE;
    uint64_t state;
    do {
        for (int round = 0; round < 64; round++) {
            state = atomic_load(&gate);
            if (is_open(state, helper, last)) {
                return state;
            }
            pause_briefly();
        }
    } while (nanoseconds() < end);
    pthread_mutex_lock(&mutex);
    atomic_fetch_add(&asleep, 1);
    while (!is_open(state = atomic_load(&gate), helper, last)) {
        pthread_cond_wait(&opened, &mutex);
    }
    atomic_fetch_sub(&asleep, 1);
    pthread_mutex_unlock(&mutex);
    return state;
}

static void *help(void *number) {
    const ptrdiff_t helper = (ptrdiff_t)number;
    uint32_t last = 0;
    for (;;) {
        uint64_t state = wait_for_loop(helper, last);
        if (atomic_compare_exchange_strong(&gate, &state, state + 1)) {
            last = (uint32_t)(state >> 32);
            work(helper + 1);
            atomic_fetch_sub(&gate, 1);
        }
    }
    return NULL;
}

/// Starts helpers until there are as many as wanted, and returns how many there are.
static ptrdiff_t start_helpers(ptrdiff_t wanted) {
    static ptrdiff_t started = 0;
    while (started < wanted && started < MOST) {
        pthread_attr_t attributes;
        pthread_t thread;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, 8 << 20);
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        const int problem = pthread_create(&thread, &attributes, help, (void *)started);
        pthread_attr_destroy(&attributes);
        if (problem) {
            break;
        }
        started++;
    }
    return started < wanted ? started : wanted;
}

void threads_share(ptrdiff_t count, ptrdiff_t threads, void (*body)(void *context, ptrdiff_t index), void *context) {
    if (threads < 2 || atomic_flag_test_and_set(&is_taken)) {
        for (ptrdiff_t index = 0; index < count; index++) {
            body(context, index);
        }
        return;
    }
    static uint32_t number = 0;
    // Helpers begin with 0 as the last loop they saw.
    number = number == UINT32_MAX ? 1 : number + 1;
    const uint64_t helpers = (uint64_t)start_helpers(threads - 1);
    loop.body = body;
    loop.context = context;
    loop.threads = (ptrdiff_t)helpers + 1;
    for (ptrdiff_t thread = 0; thread < loop.threads; thread++) {
        shares[thread].end = count * (thread + 1) / loop.threads;
        atomic_store_explicit(&shares[thread].next, count * thread / loop.threads, memory_order_relaxed);
    }
    atomic_store(&gate, (uint64_t)number << 32 | helpers << 16);
    if (atomic_load(&asleep)) {
        pthread_mutex_lock(&mutex);
        pthread_cond_broadcast(&opened);
        pthread_mutex_unlock(&mutex);
    }
    work(0);
    // Nobody enters any more; those inside end their last call.
    uint64_t state = atomic_fetch_and(&gate, ~(UINT64_C(0xffff) << 16));
    const int64_t end = state & 0xffff ? nanoseconds() + AWAKE : 0;
    while (atomic_load(&gate) & 0xffff) {
        if (nanoseconds() < end) {
            pause_briefly();
        } else {
            sched_yield();
        }
    }
    atomic_flag_clear(&is_taken);
}
