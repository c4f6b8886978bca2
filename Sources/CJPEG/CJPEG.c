#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

struct ErrorManager {
    struct jpeg_error_mgr base;
    jmp_buf exit;
    char message[JMSG_LENGTH_MAX];
    int noMemory;
    /// The bytes end before the marker that ends the file.
    int endIsMissing;
};

static void leave(j_common_ptr codec) {
    struct ErrorManager *errors = (struct ErrorManager *)codec->err;
    errors->noMemory = codec->err->msg_code == JERR_OUT_OF_MEMORY;
    codec->err->format_message(codec, errors->message);
    longjmp(errors->exit, 1);
}

/// libjpeg goes on after missing or damaged data and fills the rest with grey; such a picture is an error here.
/// Harmless oddities (bytes between markers, an unknown Adobe transform) stay harmless.
static void on_message(j_common_ptr codec, int level) {
    if (level >= 0) return;
    switch (codec->err->msg_code) {
    case JWRN_JPEG_EOF:
        // Missing pixels are told by another message; scans that are missing are looked for at the end.
        ((struct ErrorManager *)codec->err)->endIsMissing = 1;
        break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_ARITH_BAD_CODE:
        leave(codec);
    default:
        codec->err->num_warnings++;
    }
}

static void on_output(j_common_ptr codec) { (void)codec; }

/// A progressive file may repeat a scan of the whole picture any number of times: a small file, hours of work.
static void on_progress(j_common_ptr codec) {
    if (codec->is_decompressor && ((j_decompress_ptr)codec)->input_scan_number > 200) {
        codec->err->msg_code = JERR_BAD_PROGRESSION;
        leave(codec);
    }
}

static struct jpeg_error_mgr *set_up(struct ErrorManager *errors) {
    memset(errors, 0, sizeof *errors);
    jpeg_std_error(&errors->base);
    errors->base.error_exit = leave;
    errors->base.emit_message = on_message;
    errors->base.output_message = on_output;
    return &errors->base;
}

static void find_exif(struct JPEGResult *result, const uint8_t *bytes, size_t size) {
    size_t at = 2;
    while (at + 4 <= size && bytes[at] == 0xFF) {
        const uint8_t marker = bytes[at + 1];
        if (marker == 0xFF) {  // fill byte
            at++;
            continue;
        }
        if (marker == 0xDA || marker == 0xD9) return;
        const size_t length = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        if (length < 2 || at + 2 + length > size) return;
        if (marker == 0xE1 && length >= 8 && memcmp(bytes + at + 4, "Exif\0\0", 6) == 0) {
            result->exif = bytes + at + 10;
            result->exifSize = length - 8;
            return;
        }
        at += 2 + length;
    }
}

/// Whether a picture that comes in several scans has all of them.
static int has_all_scans(const struct jpeg_decompress_struct *codec) {
    if (!codec->progressive_mode) return codec->comps_in_scan == codec->num_components;
    for (int c = 0; c < codec->num_components; c++)
        for (int i = 0; i < DCTSIZE2; i++)
            if (codec->coef_bits[c][i] != 0) return 0;
    return 1;
}

struct JPEGResult jpeg_read_picture(const uint8_t *bytes, size_t size, int64_t pixelLimit, int smallestSide) {
    struct JPEGResult result;
    memset(&result, 0, sizeof result);
    struct ErrorManager errors;
    struct jpeg_progress_mgr progress;
    struct jpeg_decompress_struct codec;
    // Changed after setjmp and used after longjmp, hence volatile.
    uint8_t *volatile pixels = NULL;

    memset(&codec, 0, sizeof codec);
    codec.err = set_up(&errors);
    if (setjmp(errors.exit)) {
        jpeg_destroy_decompress(&codec);
        free(pixels);
        result.pixels = NULL;
        result.outcome = errors.noMemory ? JPEGNoMemory : JPEGDamaged;
        snprintf(result.message, sizeof result.message, "%s", errors.message);
        return result;
    }
    jpeg_create_decompress(&codec);
    memset(&progress, 0, sizeof progress);
    progress.progress_monitor = on_progress;
    codec.progress = &progress;
    codec.mem->max_memory_to_use = 1L << 30;
    jpeg_mem_src(&codec, bytes, size);
    jpeg_read_header(&codec, TRUE);
    result.width = (int)codec.image_width;
    result.height = (int)codec.image_height;
    if ((int64_t)result.width * result.height > pixelLimit) {
        result.outcome = JPEGTooLarge;
    } else if (result.width < smallestSide || result.height < smallestSide) {
        result.outcome = JPEGTooSmall;
    } else if (!codec.arith_code && (int64_t)result.width * result.height / 4096 > (int64_t)size * 8) {
        // A Huffman code is a bit at least, and each block of 8x8 samples (at most 4x4 of the pixels' size) has one.
        result.outcome = JPEGDamaged;
        snprintf(result.message, sizeof result.message, "too few bytes for its size");
    }
    if (result.outcome != JPEGFine) {
        jpeg_destroy_decompress(&codec);
        return result;
    }

    const int inks = codec.jpeg_color_space == JCS_CMYK || codec.jpeg_color_space == JCS_YCCK;
    codec.out_color_space = inks ? JCS_CMYK : JCS_RGB;
    codec.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&codec);
    result.channels = inks ? 4 : 3;
    const size_t stride = (size_t)result.width * (size_t)result.channels;
    pixels = malloc(stride * (size_t)result.height);
    if (!pixels) {
        codec.err->msg_code = JERR_OUT_OF_MEMORY;
        leave((j_common_ptr)&codec);
    }
    while (codec.output_scanline < codec.output_height) {
        JSAMPROW line = pixels + stride * codec.output_scanline;
        jpeg_read_scanlines(&codec, &line, 1);
        // What libjpeg calls CMYK holds, as nearly every file of this kind, Adobe's inverted values: 255 is no ink. Files without
        // Adobe's marker are the rare ones that mean ink by their numbers.
        if (inks && codec.saw_Adobe_marker)
            for (size_t i = 0; i < stride; i++) line[i] = (uint8_t)(255 - line[i]);
    }
    // What tells of the scans is given back at the end.
    const int isComplete = has_all_scans(&codec);
    jpeg_finish_decompress(&codec);
    if (errors.endIsMissing && !isComplete) {
        codec.err->msg_code = JWRN_JPEG_EOF;
        leave((j_common_ptr)&codec);
    }
    result.endIsMissing = errors.endIsMissing;
    jpeg_destroy_decompress(&codec);
    result.pixels = pixels;
    find_exif(&result, bytes, size);
    return result;
}

int jpeg_write_picture(
    const uint8_t *pixels, int width, int height, int quality, const char *comment, uint8_t **encoded, size_t *size) {
    struct ErrorManager errors;
    struct jpeg_compress_struct codec;
    unsigned char *buffer = NULL;
    unsigned long length = 0;

    memset(&codec, 0, sizeof codec);
    codec.err = set_up(&errors);
    if (setjmp(errors.exit)) {
        jpeg_destroy_compress(&codec);
        // The buffer stays with libjpeg's destination, which may have replaced the one that we know of.
        return errors.noMemory ? JPEGNoMemory : JPEGDamaged;
    }
    jpeg_create_compress(&codec);
    jpeg_mem_dest(&codec, &buffer, &length);
    codec.image_width = (JDIMENSION)width;
    codec.image_height = (JDIMENSION)height;
    codec.input_components = 3;
    codec.in_color_space = JCS_RGB;
    jpeg_set_defaults(&codec);
    jpeg_set_quality(&codec, quality, TRUE);
    codec.optimize_coding = TRUE;
    codec.comp_info[0].h_samp_factor = 1;
    codec.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&codec, TRUE);
    if (comment && *comment) {
        size_t characters = strlen(comment);
        jpeg_write_marker(
            &codec, JPEG_COM, (const JOCTET *)comment, (unsigned)(characters < 65000 ? characters : 65000));
    }
    while (codec.next_scanline < codec.image_height) {
        JSAMPROW line = (JSAMPROW)(pixels + (size_t)codec.next_scanline * (size_t)width * 3);
        jpeg_write_scanlines(&codec, &line, 1);
    }
    jpeg_finish_compress(&codec);
    jpeg_destroy_compress(&codec);
    *encoded = buffer;
    *size = length;
    return JPEGFine;
}
