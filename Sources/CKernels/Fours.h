// Loads, stores and transpositions of tiles of four columns, a tile in each lane. A file that includes this one first includes Vectors.h.

/// In each group of four lanes: lanes i and j of a, then lanes k and l of b.
#if LANES == 4
#define PICKED(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, 4 + k, 4 + l)
#elif LANES == 8
#define PICKED(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, 8 + k, 8 + l, 4 + i, 4 + j, 12 + k, 12 + l)
#else
#define PICKED(a, b, i, j, k, l) \
    __builtin_shufflevector(     \
        a, b, i, j, 16 + k, 16 + l, 4 + i, 4 + j, 20 + k, 20 + l, 8 + i, 8 + j, 24 + k, 24 + l, 12 + i, 12 + j, 28 + k, 28 + l)
#endif

/// The four lanes of a, then those of b.
#define JOINED_FOURS(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7)

/// Four values, at any address.
typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

/// Transposes the 4×4 squares that groups of four lanes of four vectors make.
INLINED void transpose_fours(vector v[4]) {
    const vector a = PICKED(v[0], v[1], 0, 1, 0, 1), b = PICKED(v[0], v[1], 2, 3, 2, 3);
    const vector c = PICKED(v[2], v[3], 0, 1, 0, 1), d = PICKED(v[2], v[3], 2, 3, 2, 3);
    v[0] = PICKED(a, c, 0, 2, 0, 2);
    v[1] = PICKED(a, c, 1, 3, 1, 3);
    v[2] = PICKED(b, d, 0, 2, 0, 2);
    v[3] = PICKED(b, d, 1, 3, 1, 3);
}

/// Loads 4·LANES values in a row; v[k] gets values k, k + 4, k + 8, …
INLINED void take_fours(vector v[4], const float *restrict from) {
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
        const four *parts = (const four *)(from + 4 * k);
#if LANES == 4
        v[k] = parts[0];
#elif LANES == 8
        v[k] = JOINED_FOURS(parts[0], parts[4]);
#else
        v[k] = __builtin_shufflevector(
            JOINED_FOURS(parts[0], parts[4]), JOINED_FOURS(parts[8], parts[12]), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#endif
    }
    transpose_fours(v);
}

/// Stores what take_fours loads.
INLINED void put_fours(float *restrict to, vector v[4]) {
    transpose_fours(v);
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
        four *parts = (four *)(to + 4 * k);
        parts[0] = __builtin_shufflevector(v[k], v[k], 0, 1, 2, 3);
#if LANES >= 8
        parts[4] = __builtin_shufflevector(v[k], v[k], 4, 5, 6, 7);
#endif
#if LANES == 16
        parts[8] = __builtin_shufflevector(v[k], v[k], 8, 9, 10, 11);
        parts[12] = __builtin_shufflevector(v[k], v[k], 12, 13, 14, 15);
#endif
    }
}

/// take_fours of `own` ≤ LANES tiles; the other lanes are 0.
INLINED void take_some_fours(vector v[4], const float *restrict from, ptrdiff_t own) {
    float line[4 * LANES] = {0};
    if (own < LANES) {
        memcpy(line, from, sizeof(float) * 4 * (size_t)own);
        from = line;
    }
    take_fours(v, from);
}

/// put_fours of `own` ≤ LANES tiles.
INLINED void put_some_fours(float *restrict to, vector v[4], ptrdiff_t own) {
    if (own == LANES) {
        put_fours(to, v);
    } else {
        float line[4 * LANES];
        put_fours(line, v);
        memcpy(to, line, sizeof(float) * 4 * (size_t)own);
    }
}

/// put_some_fours, added to what is there.
INLINED void add_some_fours(float *restrict to, vector v[4], ptrdiff_t own) {
    float line[4 * LANES];
    put_fours(line, v);
    for (ptrdiff_t i = 0; i < 4 * own; i++) {
        to[i] += line[i];
    }
}

/// put_some_fours of activation(v·scale + bias).
INLINED void put_finished_fours(
    float *restrict to, vector v[4], ptrdiff_t own, float scale, float bias, kernel_activation activation) {
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
        v[k] = activated_lanes(v[k] * scale + bias, activation);
    }
    put_some_fours(to, v, own);
}

/// Loads `own` ≤ LANES values; the other lanes are 0.
INLINED vector take_lanes(const float *restrict from, ptrdiff_t own) {
    if (own == LANES) {
        return *(const vector *)from;
    }
#if LANES == 16
    return (vector)_mm512_maskz_loadu_ps((__mmask16)((1u << own) - 1), from);
#else
    vector v = {0};
    for (ptrdiff_t lane = 0; lane < own; lane++) {
        v[lane] = from[lane];
    }
    return v;
#endif
}

/// Stores the first `own` lanes, or all.
INLINED void put_lanes(float *restrict to, vector v, ptrdiff_t own) {
    if (own >= LANES) {
        *(vector *)to = v;
        return;
    }
#if LANES == 16
    _mm512_mask_storeu_ps(to, (__mmask16)((1u << own) - 1), (__m512)v);
#else
    for (ptrdiff_t lane = 0; lane < own; lane++) {
        to[lane] = v[lane];
    }
#endif
}

/// The first `own` lanes as products read them: as they are where `half` is 0; else rounded to bfloat16, as the first (1) or the second (2)
/// of each pair. The first sets both, the second to 0.
INLINED void put_operands(float *restrict to, vector v, ptrdiff_t own, int half) {
    if (half) {
        typedef uint32_t bits __attribute__((vector_size(4 * LANES)));
        bits b = (bits)v;
        // To the nearest, ties to even.
        b += 0x7fff + (b >> 16 & 1);
        b = half == 1 ? b >> 16 : (b & 0xffff0000u) | (bits)take_lanes(to, own);
        v = (vector)b;
    }
    put_lanes(to, v, own);
}

#if LANES == 4
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#define FIRST_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define LAST_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define MOVED_UP(a, b) __builtin_shufflevector(a, b, 4, 0, 1, 2)
#define MOVED_DOWN(a, b) __builtin_shufflevector(a, b, 1, 2, 3, 4)
#elif LANES == 8
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define FIRST_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define LAST_PAIRS(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define MOVED_UP(a, b) __builtin_shufflevector(a, b, 8, 0, 1, 2, 3, 4, 5, 6)
#define MOVED_DOWN(a, b) __builtin_shufflevector(a, b, 1, 2, 3, 4, 5, 6, 7, 8)
#else
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#define FIRST_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define LAST_PAIRS(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define MOVED_UP(a, b) __builtin_shufflevector(a, b, 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)
#define MOVED_DOWN(a, b) __builtin_shufflevector(a, b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
#endif

/// Every lane a place up, and `first` in the first lane.
INLINED vector moved_up(vector v, float first) {
    return MOVED_UP(v, first - (vector){0});
}

/// Every lane a place down, and `last` in the last lane.
INLINED vector moved_down(vector v, float last) {
    return MOVED_DOWN(v, last - (vector){0});
}

/// 4·LANES values in a row: out[k] gets values k, k + 4, k + 8, …
INLINED void fours_of(vector out[4], const vector in[4]) {
    const vector low = EVENS(in[0], in[1]), high = EVENS(in[2], in[3]);
    const vector odd_low = ODDS(in[0], in[1]), odd_high = ODDS(in[2], in[3]);
    out[0] = EVENS(low, high);
    out[1] = EVENS(odd_low, odd_high);
    out[2] = ODDS(low, high);
    out[3] = ODDS(odd_low, odd_high);
}

/// Stores a[0], b[0], a[1], b[1], … of the first `own` lanes, or of all.
INLINED void put_pairs(float *restrict to, vector a, vector b, ptrdiff_t own) {
    put_lanes(to, FIRST_PAIRS(a, b), 2 * own);
    if (2 * own > LANES) {
        put_lanes(to + LANES, LAST_PAIRS(a, b), 2 * own - LANES);
    }
}
