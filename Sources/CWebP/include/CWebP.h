#pragma once

#include <stddef.h>
#include <stdint.h>

// WebP through libwebpdemux and libwebpmux, whose structures hide their versions behind macros.

/// An animated WebP file in memory, which must outlive it.
struct WebPMovie;

/// The size and the number of frames that a file states, without decoding anything.
/// @return whether it is a whole animated WebP
int webp_measure(const uint8_t *bytes, size_t size, int *width, int *height, int *frames);
/// @return NULL where the bytes are damaged or memory is missing
struct WebPMovie *webp_open(const uint8_t *bytes, size_t size);
/// The next frame, put together: `width * height * 4` bytes of RGBA, valid until the next call, and when it ends.
/// @return 1; 0 at the end; -1 where the bytes are damaged
int webp_next(struct WebPMovie *movie, const uint8_t **pixels, int *endMilliseconds);
void webp_close(struct WebPMovie *movie);

/// The file with an XMP packet, in memory that is to be given to `free`.
/// @return NULL where the bytes are no WebP file or memory is missing
uint8_t *webp_with_xmp(const uint8_t *bytes, size_t size, const char *packet, size_t *newSize);
