#pragma once
#include <stddef.h>

// Threads that share loops. They last as long as the process: after a loop they wait for the next one, for a short time awake, since a
// network's loops follow one another faster than a thread wakes up.

/// Calls body(context, index) once for every index < count, in any order, on the calling thread and at most `threads` − 1 others, and
/// returns when all calls have. Where another thread's loop runs, or inside of a loop, the calling thread makes all calls.
void threads_share(ptrdiff_t count, ptrdiff_t threads, void (*body)(void *context, ptrdiff_t index), void *context);
