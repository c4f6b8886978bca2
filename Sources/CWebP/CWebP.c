#include "CWebP.h"

#include <stdlib.h>
#include <string.h>

#include <webp/demux.h>
#include <webp/mux.h>

struct WebPMovie {
    WebPAnimDecoder *decoder;
};

int webp_measure(const uint8_t *bytes, size_t size, int *width, int *height, int *frames) {
    const WebPData data = {bytes, size};
    WebPDemuxer *demuxer = WebPDemux(&data);
    if (!demuxer) return 0;
    *width = (int)WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH);
    *height = (int)WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT);
    *frames = (int)WebPDemuxGetI(demuxer, WEBP_FF_FRAME_COUNT);
    WebPDemuxDelete(demuxer);
    return *frames > 0;
}

struct WebPMovie *webp_open(const uint8_t *bytes, size_t size) {
    const WebPData data = {bytes, size};
    WebPAnimDecoderOptions options;
    if (!WebPAnimDecoderOptionsInit(&options)) return NULL;
    options.color_mode = MODE_RGBA;
    struct WebPMovie *movie = malloc(sizeof *movie);
    if (!movie) return NULL;
    movie->decoder = WebPAnimDecoderNew(&data, &options);
    if (movie->decoder) return movie;
    free(movie);
    return NULL;
}

int webp_next(struct WebPMovie *movie, const uint8_t **pixels, int *endMilliseconds) {
    uint8_t *buffer = NULL;
    if (!WebPAnimDecoderHasMoreFrames(movie->decoder)) return 0;
    if (!WebPAnimDecoderGetNext(movie->decoder, &buffer, endMilliseconds)) return -1;
    *pixels = buffer;
    return 1;
}

void webp_close(struct WebPMovie *movie) {
    if (!movie) return;
    WebPAnimDecoderDelete(movie->decoder);
    free(movie);
}

uint8_t *webp_with_xmp(const uint8_t *bytes, size_t size, const char *packet, size_t *newSize) {
    const WebPData data = {bytes, size}, xmp = {(const uint8_t *)packet, strlen(packet)};
    WebPData made = {NULL, 0};
    uint8_t *result = NULL;
    WebPMux *file = WebPMuxCreate(&data, 0);
    if (file && WebPMuxSetChunk(file, "XMP ", &xmp, 0) == WEBP_MUX_OK && WebPMuxAssemble(file, &made) == WEBP_MUX_OK &&
        (result = malloc(made.size))) {
        memcpy(result, made.bytes, made.size);
        *newSize = made.size;
    }
    WebPDataClear(&made);
    WebPMuxDelete(file);
    return result;
}
