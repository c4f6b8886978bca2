#pragma once

#include <stddef.h>
#include <stdint.h>

// HEIC and AVIF pictures through libheif: a thin layer that ends in plain pixels.

/// Why a HEIC or AVIF picture was not read.
enum HEIFOutcome {
    HEIFFine = 0,
    /// The data end early or are damaged.
    HEIFDamaged = 1,
    /// More pixels than the caller's limit; `width` and `height` say how many.
    HEIFTooLarge = 2,
    /// Fewer pixels on a side than the caller's limit; `width` and `height` say how many.
    HEIFTooSmall = 3,
    HEIFNoMemory = 4,
    /// Compressed in a way that no decoder here knows.
    HEIFNoDecoder = 5,
};

struct HEIFResult {
    int outcome;
    int width;
    int height;
    /// `width * height * 3` values of RGB, 16 bits from 0 to 65535, upright, top row first, to be given to `free`; NULL unless the
    /// outcome is HEIFFine.
    uint16_t *pixels;
    /// `width * height` values, 65535 is opaque, to be given to `free`; NULL where there is no transparency.
    uint16_t *alpha;
    /// The color profile, to be given to `free`; NULL where there is none.
    uint8_t *profile;
    size_t profileSize;
    /// Whether the two numbers after it are stated, as ISO/IEC 23091-2 numbers them.
    int hasCode;
    int primaries;
    int transfer;
    /// libheif's own words about a failure, or about damage that it got around.
    char message[200];
};

/// Decodes the main picture of a HEIC or AVIF file in memory, turned and mirrored as the file says, put together from its tiles.
struct HEIFResult heif_read_picture(const uint8_t *bytes, size_t size, int64_t pixelLimit, int smallestSide);
