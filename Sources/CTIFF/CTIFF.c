#include "CTIFF.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

/// A file in memory, which is read or written, and what libtiff said first about it.
struct Memory {
    /// Of a file that is read, the caller's, which nothing changes.
    uint8_t *bytes;
    /// How many bytes the file has; of one that is written, how many there is room for.
    size_t size, room;
    size_t at;
    char message[200];
};

/// How the pixels are stored.
struct Layout {
    uint32_t width, height;
    uint16_t photometric, samples, bits, format, planar, compression;
    /// How many of the samples are color.
    int colors;
    /// Which sample is transparency, and whether colors are multiplied by it; -1 where none is.
    int alphaSample, premultiplied;
    /// 8-bit colors of a palette; NULL where there is none.
    uint8_t *palette;
};

static tmsize_t read_bytes(thandle_t handle, void *buffer, tmsize_t count) {
    struct Memory *memory = handle;
    if (count < 0 || memory->at >= memory->size) return 0;
    const size_t left = memory->size - memory->at;
    const size_t taken = (size_t)count < left ? (size_t)count : left;
    memcpy(buffer, memory->bytes + memory->at, taken);
    memory->at += taken;
    return (tmsize_t)taken;
}

static tmsize_t write_nothing(thandle_t handle, void *buffer, tmsize_t count) {
    (void)handle, (void)buffer, (void)count;
    return 0;
}

static toff_t seek_to(thandle_t handle, toff_t offset, int whence) {
    struct Memory *memory = handle;
    const uint64_t base = whence == SEEK_CUR ? memory->at : whence == SEEK_END ? memory->size : 0;
    memory->at = (size_t)(base + offset);
    return memory->at;
}

static int close_nothing(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle) { return ((struct Memory *)handle)->size; }

static int map_bytes(thandle_t handle, void **base, toff_t *size) {
    struct Memory *memory = handle;
    *base = memory->bytes;
    *size = memory->size;
    return 1;
}

static void unmap_nothing(thandle_t handle, void *base, toff_t size) { (void)handle, (void)base, (void)size; }

static void on_error(thandle_t handle, const char *module, const char *format, va_list arguments) {
    struct Memory *memory = handle;
    (void)module;
    if (!memory || memory->message[0]) return;
    vsnprintf(memory->message, sizeof memory->message, format, arguments);
    memory->message[strcspn(memory->message, "\r\n")] = 0;
}

/// The callbacks get the file's own memory, so that it makes no difference that they are everybody's.
static void set_handlers(void) {
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    TIFFSetErrorHandlerExt(on_error);
}

static int fail(struct TIFFResult *result, int outcome, const char *words) {
    result->outcome = outcome;
    if (words) snprintf(result->message, sizeof result->message, "%s", words);
    return 0;
}

/// Colors of a palette have 16 bits; files of some writers hold 8-bit numbers in them.
static uint8_t *read_palette(TIFF *file, int bits) {
    uint16_t *red, *green, *blue;
    const int count = 1 << bits;
    if (!TIFFGetField(file, TIFFTAG_COLORMAP, &red, &green, &blue)) return NULL;
    int wide = 0;
    for (int i = 0; i < count; i++) wide |= red[i] > 255 || green[i] > 255 || blue[i] > 255;
    uint8_t *palette = malloc((size_t)count * 3);
    if (!palette) return NULL;
    for (int i = 0; i < count; i++) {
        const uint16_t color[3] = {red[i], green[i], blue[i]};
        for (int c = 0; c < 3; c++) palette[3 * i + c] = (uint8_t)(wide ? color[c] >> 8 : color[c]);
    }
    return palette;
}

static int read_layout(TIFF *file, struct Layout *layout, struct TIFFResult *result) {
    uint16_t extraCount = 0, *extras = NULL, inks = INKSET_CMYK;
    memset(layout, 0, sizeof *layout);
    layout->alphaSample = -1;
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &layout->samples);
    TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &layout->bits);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLEFORMAT, &layout->format);
    TIFFGetFieldDefaulted(file, TIFFTAG_PLANARCONFIG, &layout->planar);
    TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &layout->compression);
    TIFFGetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, &extraCount, &extras);
    TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &layout->width);
    TIFFGetField(file, TIFFTAG_IMAGELENGTH, &layout->height);
    if (layout->samples < 1 || layout->samples > 32) return fail(result, TIFFDamaged, "an impossible number of samples a pixel");
    if (!TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &layout->photometric))
        layout->photometric = layout->samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    switch (layout->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK: layout->colors = 1; break;
    case PHOTOMETRIC_PALETTE:
        layout->colors = 1;
        if (layout->bits > 16 || !(layout->palette = read_palette(file, layout->bits)))
            return fail(result, TIFFDamaged, "its palette is missing");
        break;
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_YCBCR:
    case PHOTOMETRIC_CIELAB: layout->colors = 3; break;
    case PHOTOMETRIC_SEPARATED:
        TIFFGetField(file, TIFFTAG_INKSET, &inks);
        if (inks != INKSET_CMYK) return fail(result, TIFFUnknownKind, "a TIFF of other inks than CMYK");
        layout->colors = 4;
        break;
    case PHOTOMETRIC_CFA:
    case 34892: return fail(result, TIFFUnknownKind, "a camera's raw picture (DNG)");
    default: {
        char words[64];
        snprintf(words, sizeof words, "a TIFF of color kind %d", layout->photometric);
        return fail(result, TIFFUnknownKind, words);
    }
    }
    if (layout->samples < layout->colors) return fail(result, TIFFDamaged, "too few samples a pixel");
    for (int i = 0; i < extraCount && layout->colors + i < layout->samples; i++) {
        if (extras[i] != EXTRASAMPLE_ASSOCALPHA && extras[i] != EXTRASAMPLE_UNASSALPHA) continue;
        layout->alphaSample = layout->colors + i;
        layout->premultiplied = extras[i] == EXTRASAMPLE_ASSOCALPHA;
        break;
    }
    return 1;
}

/// A sample as 8 bits. `at` counts samples from the row's start.
static uint8_t sample(const uint8_t *row, size_t at, const struct Layout *layout) {
    const int bits = layout->bits;
    if (layout->format == SAMPLEFORMAT_IEEEFP) {
        double value;
        if (bits == 64) {
            memcpy(&value, row + at * 8, 8);
        } else if (bits == 32) {
            float narrow;
            memcpy(&narrow, row + at * 4, 4);
            value = narrow;
        } else {
            uint16_t half;
            memcpy(&half, row + at * 2, 2);
            const int exponent = half >> 10 & 31, fraction = half & 1023;
            value = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
            if (half >> 15) value = -value;
        }
        return value > 0 ? value < 1 ? (uint8_t)(value * 255 + 0.5) : 255 : 0;
    }
    switch (bits) {
    case 8: return layout->format == SAMPLEFORMAT_INT ? row[at] ^ 0x80 : row[at];
    case 16: {
        uint16_t value;
        memcpy(&value, row + at * 2, 2);
        if (layout->format == SAMPLEFORMAT_INT) value ^= 0x8000;
        return (uint8_t)((value * 255u + 32767) / 65535);
    }
    case 32: {
        uint32_t value;
        memcpy(&value, row + at * 4, 4);
        if (layout->format == SAMPLEFORMAT_INT) value ^= 0x80000000u;
        return (uint8_t)(((uint64_t)value * 255 + 2147483647u) / 4294967295u);
    }
    default: {
        // Bits that follow each other without gaps.
        unsigned value = 0;
        for (size_t bit = at * (size_t)bits, end = bit + (size_t)bits; bit < end; bit++) value = value << 1 | (row[bit >> 3] >> (7 - (bit & 7)) & 1u);
        const unsigned largest = (1u << bits) - 1;
        return (uint8_t)((value * 255u + largest / 2) / largest);
    }
    }
}

/// The number of a palette's color.
static unsigned entry(const uint8_t *row, size_t at, int bits) {
    if (bits == 8) return row[at];
    if (bits == 16) {
        uint16_t value;
        memcpy(&value, row + at * 2, 2);
        return value;
    }
    unsigned value = 0;
    for (size_t bit = at * (size_t)bits, end = bit + (size_t)bits; bit < end; bit++) value = value << 1 | (row[bit >> 3] >> (7 - (bit & 7)) & 1u);
    return value;
}

/// Puts a row of a strip or tile in its place: `count` pixels from (x, y) on, of all samples or, where planes are apart, of one.
static void take_row(
    struct TIFFResult *result, const struct Layout *layout, const uint8_t *row, uint32_t x, uint32_t y, uint32_t count, int plane) {
    const int together = plane < 0, step = together ? layout->samples : 1;
    const size_t first = (size_t)y * layout->width + x;
    const int channels = result->channels;
    for (int s = together ? 0 : plane; s < (together ? layout->samples : plane + 1); s++) {
        const size_t offset = together ? (size_t)s : 0;
        if (s == layout->alphaSample) {
            for (uint32_t i = 0; i < count; i++) result->alpha[first + i] = sample(row, (size_t)i * step + offset, layout);
        } else if (s < layout->colors && layout->palette) {
            for (uint32_t i = 0; i < count; i++)
                memcpy(result->pixels + (first + i) * 3, layout->palette + 3 * entry(row, (size_t)i * step + offset, layout->bits), 3);
        } else if (s < layout->colors) {
            uint8_t *target = result->pixels + first * (size_t)channels + s;
            const uint8_t flip = layout->photometric == PHOTOMETRIC_MINISWHITE ? 255 : 0;
            for (uint32_t i = 0; i < count; i++) target[(size_t)i * channels] = sample(row, (size_t)i * step + offset, layout) ^ flip;
        }
    }
}

/// Reads strips or tiles, one buffer at a time.
static int read_blocks(TIFF *file, const struct Layout *layout, struct TIFFResult *result) {
    const int tiled = TIFFIsTiled(file), planes = layout->planar == PLANARCONFIG_SEPARATE ? layout->samples : 1;
    uint32_t across = layout->width, down = layout->height;
    if (tiled) {
        TIFFGetField(file, TIFFTAG_TILEWIDTH, &across);
        TIFFGetField(file, TIFFTAG_TILELENGTH, &down);
    } else {
        TIFFGetFieldDefaulted(file, TIFFTAG_ROWSPERSTRIP, &down);
        if (down > layout->height) down = layout->height;
    }
    const tmsize_t size = tiled ? TIFFTileSize(file) : TIFFStripSize(file);
    const tmsize_t stride = tiled ? TIFFTileRowSize(file) : TIFFScanlineSize(file);
    if (across == 0 || down == 0 || size <= 0 || stride <= 0 || size / stride < (tmsize_t)down) return fail(result, TIFFDamaged, NULL);
    const uint64_t needed = ((uint64_t)across * layout->bits * (planes > 1 ? 1 : layout->samples) + 7) / 8;
    if ((uint64_t)stride < needed) return fail(result, TIFFDamaged, NULL);
    if ((uint64_t)size > (uint64_t)3 << 30) return fail(result, TIFFNoMemory, NULL);
    uint8_t *block = calloc(1, (size_t)size);
    if (!block) return fail(result, TIFFNoMemory, NULL);
    for (int plane = 0; plane < planes; plane++) {
        for (uint32_t y = 0; y < layout->height; y += down) {
            const uint32_t rows = layout->height - y < down ? layout->height - y : down;
            for (uint32_t x = 0; x < layout->width; x += across) {
                const tmsize_t wanted = tiled ? size : stride * (tmsize_t)rows;
                const tmsize_t got = tiled ? TIFFReadEncodedTile(file, TIFFComputeTile(file, x, y, 0, (uint16_t)plane), block, size)
                                           : TIFFReadEncodedStrip(file, TIFFComputeStrip(file, y, (uint16_t)plane), block, wanted);
                if (got < wanted) {
                    free(block);
                    return fail(result, TIFFDamaged, NULL);
                }
                const uint32_t count = layout->width - x < across ? layout->width - x : across;
                for (uint32_t row = 0; row < rows; row++)
                    take_row(result, layout, block + (size_t)stride * row, x, y + row, count, planes > 1 ? plane : -1);
            }
        }
    }
    free(block);
    return 1;
}

/// What libtiff itself turns into 8-bit colors over transparency: kinds that are rare.
static int read_whole(TIFF *file, const struct Layout *layout, struct TIFFResult *result) {
    const size_t count = (size_t)layout->width * layout->height;
    uint32_t *raster = malloc(count * 4);
    if (!raster) return fail(result, TIFFNoMemory, NULL);
    // As stored, because turning is done by whoever called.
    uint16_t orientation = ORIENTATION_TOPLEFT;
    TIFFGetFieldDefaulted(file, TIFFTAG_ORIENTATION, &orientation);
    if (!TIFFReadRGBAImageOriented(file, layout->width, layout->height, raster, orientation, 1)) {
        free(raster);
        return fail(result, TIFFDamaged, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        const int alpha = TIFFGetA(raster[i]);
        const uint8_t color[3] = {TIFFGetR(raster[i]), TIFFGetG(raster[i]), TIFFGetB(raster[i])};
        // Colors come multiplied by transparency.
        for (int c = 0; c < 3; c++) result->pixels[3 * i + c] = result->alpha && alpha ? (uint8_t)(color[c] * 255 / alpha) : color[c];
        if (result->alpha) result->alpha[i] = (uint8_t)alpha;
    }
    free(raster);
    return 1;
}

static void divide_by_alpha(struct TIFFResult *result) {
    const size_t count = (size_t)result->width * (size_t)result->height;
    for (size_t i = 0; i < count; i++) {
        const int alpha = result->alpha[i];
        if (alpha == 0 || alpha == 255) continue;
        for (int c = 0; c < result->channels; c++) {
            const int value = (result->pixels[i * (size_t)result->channels + c] * 255 + alpha / 2) / alpha;
            result->pixels[i * (size_t)result->channels + c] = (uint8_t)(value < 255 ? value : 255);
        }
    }
}

static int read_file(TIFF *file, struct TIFFResult *result, struct Layout *layout, int64_t pixelLimit, int smallestSide) {
    uint32_t kind = 0;
    // Some writers put a small copy first.
    for (int page = 0; page < 8 && TIFFGetField(file, TIFFTAG_SUBFILETYPE, &kind) && kind & FILETYPE_REDUCEDIMAGE; page++)
        if (!TIFFReadDirectory(file)) return fail(result, TIFFUnknownKind, "a TIFF that holds a small copy only");
    if (!read_layout(file, layout, result)) return 0;
    result->width = layout->width > INT32_MAX ? INT32_MAX : (int)layout->width;
    result->height = layout->height > INT32_MAX ? INT32_MAX : (int)layout->height;
    if (layout->width == 0 || layout->height == 0) return fail(result, TIFFDamaged, "it has no pixels");
    if ((int64_t)layout->width * layout->height > pixelLimit) return fail(result, TIFFTooLarge, NULL);
    if (result->width < smallestSide || result->height < smallestSide) return fail(result, TIFFTooSmall, NULL);
    if (!TIFFIsCODECConfigured(layout->compression)) {
        char words[80];
        snprintf(words, sizeof words, "a TIFF of compression %d", layout->compression);
        return fail(result, TIFFUnknownKind, words);
    }
    // The library that decodes JPEG makes RGB of it.
    const int isJPEG = layout->compression == COMPRESSION_JPEG && layout->photometric == PHOTOMETRIC_YCBCR && layout->planar == PLANARCONFIG_CONTIG;
    if (isJPEG) TIFFSetField(file, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    const int isFloat = layout->format == SAMPLEFORMAT_IEEEFP;
    const int isNumber = layout->format == SAMPLEFORMAT_UINT || layout->format == SAMPLEFORMAT_INT || layout->format == SAMPLEFORMAT_VOID;
    const int plain = isFloat ? layout->bits == 16 || layout->bits == 32 || layout->bits == 64
                              : isNumber && layout->bits >= 1 && (layout->bits <= 16 || layout->bits == 32);
    const int isWhole = (layout->photometric == PHOTOMETRIC_YCBCR && !isJPEG) || layout->photometric == PHOTOMETRIC_CIELAB || !plain;
    if (isWhole) {
        char words[1024] = "";
        if (!TIFFRGBAImageOK(file, words)) return fail(result, TIFFUnknownKind, "a TIFF of samples that are rarely used");
    }
    result->channels = layout->palette || isWhole ? 3 : layout->colors;
    const size_t count = (size_t)layout->width * layout->height;
    result->pixels = malloc(count * (size_t)result->channels);
    if (layout->alphaSample >= 0) result->alpha = malloc(count);
    if (!result->pixels || (layout->alphaSample >= 0 && !result->alpha)) return fail(result, TIFFNoMemory, NULL);
    if (!(isWhole ? read_whole(file, layout, result) : read_blocks(file, layout, result))) return 0;
    if (!isWhole && result->alpha && layout->premultiplied) divide_by_alpha(result);

    uint16_t orientation = 1;
    TIFFGetFieldDefaulted(file, TIFFTAG_ORIENTATION, &orientation);
    result->orientation = orientation;
    uint32_t profileSize = 0;
    void *profile = NULL;
    if (TIFFGetField(file, TIFFTAG_ICCPROFILE, &profileSize, &profile) && profileSize > 0 && (result->profile = malloc(profileSize))) {
        memcpy(result->profile, profile, profileSize);
        result->profileSize = profileSize;
    }
    return 1;
}

struct TIFFResult tiff_read_picture(const uint8_t *bytes, size_t size, int64_t pixelLimit, int smallestSide) {
    struct TIFFResult result;
    memset(&result, 0, sizeof result);
    result.orientation = 1;
    struct Memory memory = {.bytes = (uint8_t *)(uintptr_t)bytes, .size = size};
    struct Layout layout = {.palette = NULL};
    set_handlers();
    // "m" would map; memory is there already, and a file must not be written.
    TIFF *file = TIFFClientOpen(
        "memory", "r", &memory, read_bytes, write_nothing, seek_to, close_nothing, size_of, map_bytes, unmap_nothing);
    if (!file) {
        result.outcome = TIFFDamaged;
    } else {
        if (!read_file(file, &result, &layout, pixelLimit, smallestSide)) {
            free(result.pixels);
            free(result.alpha);
            result.pixels = result.alpha = NULL;
        }
        TIFFClose(file);
    }
    free(layout.palette);
    if (result.outcome != TIFFFine && !result.message[0]) snprintf(result.message, sizeof result.message, "%s", memory.message);
    return result;
}

static tmsize_t write_bytes(thandle_t handle, void *buffer, tmsize_t count) {
    struct Memory *memory = handle;
    const size_t end = memory->at + (size_t)count;
    if (count <= 0) return 0;
    if (end > memory->room) {
        const size_t room = end > 2 * memory->room ? end : 2 * memory->room;
        uint8_t *bytes = realloc(memory->bytes, room);
        if (!bytes) return 0;
        memory->bytes = bytes;
        memory->room = room;
    }
    // What was skipped.
    if (memory->at > memory->size) memset(memory->bytes + memory->size, 0, memory->at - memory->size);
    memcpy(memory->bytes + memory->at, buffer, (size_t)count);
    memory->at = end;
    if (end > memory->size) memory->size = end;
    return count;
}

uint8_t *tiff_write_picture(const uint8_t *pixels, int width, int height, const char *packet, size_t *size) {
    struct Memory memory = {.bytes = NULL};
    set_handlers();
    TIFF *file = TIFFClientOpen(
        "memory", "w", &memory, read_bytes, write_bytes, seek_to, close_nothing, size_of, NULL, NULL);
    if (!file) return NULL;
    int isFine = TIFFSetField(file, TIFFTAG_IMAGEWIDTH, (uint32_t)width) && TIFFSetField(file, TIFFTAG_IMAGELENGTH, (uint32_t)height) &&
                 TIFFSetField(file, TIFFTAG_SAMPLESPERPIXEL, 3) && TIFFSetField(file, TIFFTAG_BITSPERSAMPLE, 8) &&
                 TIFFSetField(file, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB) && TIFFSetField(file, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) &&
                 TIFFSetField(file, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT) &&
                 TIFFSetField(file, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE) && TIFFSetField(file, TIFFTAG_PREDICTOR, 2) &&
                 TIFFSetField(file, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(file, 0));
    if (isFine && packet) isFine = TIFFSetField(file, TIFFTAG_XMLPACKET, (uint32_t)strlen(packet), packet);
    // Rows are changed in place by the predictor.
    uint8_t *row = malloc((size_t)width * 3);
    isFine = isFine && row;
    for (int y = 0; y < height && isFine; y++) {
        memcpy(row, pixels + (size_t)y * width * 3, (size_t)width * 3);
        isFine = TIFFWriteScanline(file, row, (uint32_t)y, 0) == 1;
    }
    free(row);
    isFine = isFine && TIFFFlush(file);
    TIFFClose(file);
    if (!isFine) {
        free(memory.bytes);
        return NULL;
    }
    *size = memory.size;
    return memory.bytes;
}
