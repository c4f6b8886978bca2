#include "CFFmpeg.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Thread_local char words[256];

static void on_log(void *context, int level, const char *format, va_list arguments) {
    (void)context;
    if (level > AV_LOG_ERROR) return;
    char line[sizeof words];
    vsnprintf(line, sizeof line, format, arguments);
    size_t length = strcspn(line, "\r\n");
    line[length] = 0;
    // Part of a line that is printed in pieces says little; the size that was refused must not be overwritten.
    if (length < 4 || media_refused_size(NULL, NULL)) return;
    memcpy(words, line, length + 1);
}

static void quiet_once(void) {
    av_log_set_callback(on_log);
    av_max_alloc((size_t)1500 << 20);
}

void media_quiet(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, quiet_once);
}

const char *media_last_words(void) { return words; }
void media_clear_words(void) { words[0] = 0; }

int media_refused_size(int *width, int *height) {
    unsigned w = 0, h = 0;
    if (sscanf(words, "Picture size %ux%u exceeds", &w, &h) != 2
        && sscanf(words, "Picture size %ux%u is invalid", &w, &h) != 2)
        return 0;
    if (width) *width = (int)w;
    if (height) *height = (int)h;
    return 1;
}

struct Source {
    int descriptor;  // -1 for memory
    const uint8_t *bytes;
    int64_t size;
    int64_t at;
    int failure;
};

static int read_descriptor(void *opaque, uint8_t *buffer, int count) {
    struct Source *source = opaque;
    ssize_t got;
    do got = pread(source->descriptor, buffer, (size_t)count, source->at);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        source->failure = errno;
        return AVERROR(errno);
    }
    source->at += got;
    return got == 0 ? AVERROR_EOF : (int)got;
}

static int read_bytes(void *opaque, uint8_t *buffer, int count) {
    struct Source *source = opaque;
    const int64_t left = source->size - source->at;
    if (left <= 0) return AVERROR_EOF;
    const int64_t taken = count < left ? count : left;
    memcpy(buffer, source->bytes + source->at, (size_t)taken);
    source->at += taken;
    return (int)taken;
}

static int64_t seek_source(void *opaque, int64_t offset, int whence) {
    struct Source *source = opaque;
    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE: return source->size;
    case SEEK_SET: break;
    case SEEK_CUR: offset += source->at; break;
    case SEEK_END: offset += source->size; break;
    default: return AVERROR(EINVAL);
    }
    if (offset < 0) return AVERROR(EINVAL);
    return source->at = offset;
}

static AVIOContext *open_source(struct Source source, int (*read)(void *, uint8_t *, int)) {
    const int size = 32768;
    struct Source *kept = malloc(sizeof *kept);
    uint8_t *buffer = av_malloc((size_t)size);
    AVIOContext *context =
        kept && buffer ? avio_alloc_context(buffer, size, 0, kept, read, NULL, seek_source) : NULL;
    if (!context) {
        free(kept);
        av_free(buffer);
        return NULL;
    }
    *kept = source;
    return context;
}

AVIOContext *media_open_descriptor(int descriptor) {
    const off_t size = lseek(descriptor, 0, SEEK_END);
    return open_source((struct Source){.descriptor = descriptor, .size = size}, read_descriptor);
}

AVIOContext *media_open_bytes(const uint8_t *bytes, int64_t size) {
    return open_source((struct Source){.descriptor = -1, .bytes = bytes, .size = size}, read_bytes);
}

void media_close_io(AVIOContext *context) {
    if (!context) return;
    free(context->opaque);
    av_freep(&context->buffer);
    avio_context_free(&context);
}

int media_read_errno(AVIOContext *context) { return ((struct Source *)context->opaque)->failure; }

static int refuse_to_open(
    AVFormatContext *context, AVIOContext **io, const char *url, int flags, AVDictionary **options) {
    (void)context, (void)io, (void)url, (void)flags, (void)options;
    return AVERROR(EACCES);
}

void media_refuse_other_files(AVFormatContext *context) {
    context->io_open = refuse_to_open;
    av_opt_set(context, "protocol_whitelist", "", 0);
}

void media_read_component(const AVFrame *frame, uint16_t *line, int y, int c) {
    const uint8_t *data[4] = {frame->data[0], frame->data[1], frame->data[2], frame->data[3]};
    const int stride[4] = {frame->linesize[0], frame->linesize[1], frame->linesize[2], frame->linesize[3]};
    av_read_image_line2(line, data, stride, av_pix_fmt_desc_get(frame->format), 0, y, c, frame->width, 0, 2);
}

int media_scale_to_rgb(struct SwsContext *scaler, const AVFrame *frame, uint8_t *pixels, int stride) {
    uint8_t *target[4] = {pixels, NULL, NULL, NULL};
    const int strides[4] = {stride, 0, 0, 0};
    return sws_scale(
        scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, target, strides);
}

int media_scale_by_planes(
    struct SwsContext *scaler, const AVFrame *frame, uint8_t *planes, int planeStride, uint8_t *pixels, int stride) {
    const ptrdiff_t size = (ptrdiff_t)planeStride * frame->height;
    uint8_t *target[4] = {planes, planes + size, planes + 2 * size, NULL};
    const int strides[4] = {planeStride, planeStride, planeStride, 0};
    const int rows = sws_scale(
        scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, target, strides);
    for (int y = 0; y < frame->height; y++) {
        const uint8_t *green = planes + (ptrdiff_t)y * planeStride, *blue = green + size, *red = blue + size;
        uint8_t *pixel = pixels + (ptrdiff_t)y * stride;
        for (int x = 0; x < frame->width; x++, pixel += 3) {
            pixel[0] = red[x];
            pixel[1] = green[x];
            pixel[2] = blue[x];
        }
    }
    return rows;
}

int media_scale_from_rgb(struct SwsContext *scaler, const uint8_t *pixels, int stride, AVFrame *frame) {
    const uint8_t *source[4] = {pixels, NULL, NULL, NULL};
    const int strides[4] = {stride, 0, 0, 0};
    return sws_scale(scaler, source, strides, 0, frame->height, frame->data, frame->linesize);
}

void media_copy_from_rgb(const uint8_t *pixels, AVFrame *frame) {
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
    const int step = format->comp[0].step, red = format->comp[0].offset, blue = format->comp[2].offset;
    const int green = format->comp[1].offset;
    for (int y = 0; y < frame->height; y++) {
        uint8_t *row = frame->data[0] + (ptrdiff_t)y * frame->linesize[0];
        if (step == 4) memset(row, 255, (size_t)frame->width * 4);
        for (int x = 0; x < frame->width; x++, row += step, pixels += 3) {
            row[red] = pixels[0];
            row[green] = pixels[1];
            row[blue] = pixels[2];
        }
    }
}

void media_set_colors(struct SwsContext *scaler, int sourceMatrix, int sourceFull, int targetMatrix, int targetFull) {
    const int one = 1 << 16;
    sws_setColorspaceDetails(
        scaler, sws_getCoefficients(sourceMatrix), sourceFull, sws_getCoefficients(targetMatrix), targetFull, 0, one,
        one);
}

// Farther from 0 than any sound that is meant to be heard, 1 being the loudest that most files can hold.
#define MOST_LOUD 32.0f

int media_make_resampler(struct SwrContext **resampler, const AVFrame *source, const AVCodecContext *encoder) {
    if (source->sample_rate > MEDIA_MOST_SAMPLES) return AVERROR(EINVAL);
    AVChannelLayout layout = source->ch_layout, guessed = {0}, target = encoder->ch_layout;
    if (layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&guessed, layout.nb_channels);
        layout = guessed;
    }
    swr_free(resampler);
    int outcome = swr_alloc_set_opts2(
        resampler, &target, encoder->sample_fmt, encoder->sample_rate, &layout, source->format, source->sample_rate, 0,
        NULL);
    return outcome < 0 ? outcome : swr_init(*resampler);
}

int media_make_mono_resampler(struct SwrContext **resampler, const AVFrame *source, int rate) {
    if (source->sample_rate > MEDIA_MOST_SAMPLES) return AVERROR(EINVAL);
    AVChannelLayout layout = source->ch_layout, guessed = {0};
    AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
    if (layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&guessed, layout.nb_channels);
        layout = guessed;
    }
    swr_free(resampler);
    int outcome = swr_alloc_set_opts2(
        resampler, &mono, AV_SAMPLE_FMT_FLT, rate, &layout, source->format, source->sample_rate, 0, NULL);
    if (outcome < 0) return outcome;
    // Factors that add up to 1, so that no sum is louder than the loudest channel.
    av_opt_set_double(*resampler, "rematrix_maxval", 1, 0);
    return swr_init(*resampler);
}

int media_resampled_room(struct SwrContext *resampler, int samples) { return swr_get_out_samples(resampler, samples); }

int media_resample_mono(struct SwrContext *resampler, const AVFrame *source, float *samples, int room) {
    uint8_t *buffers[1] = {(uint8_t *)samples};
    return swr_convert(
        resampler, buffers, room, source ? (const uint8_t **)source->extended_data : NULL, source ? source->nb_samples : 0);
}

int media_bound_samples(float *samples, int count) {
    int changed = 0;
    for (int i = 0; i < count; i++) {
        const float bounded = isnan(samples[i]) ? 0 : fminf(MOST_LOUD, fmaxf(-MOST_LOUD, samples[i]));
        changed += !(bounded == samples[i]);
        samples[i] = bounded;
    }
    return changed;
}

int media_resample(struct SwrContext *resampler, const AVFrame *source, AVAudioFifo *fifo, AVCodecContext *encoder) {
    const int samples = source ? source->nb_samples : 0;
    const int room = swr_get_out_samples(resampler, samples);
    if (room <= 0) return room;
    uint8_t **buffers = NULL;
    int outcome = av_samples_alloc_array_and_samples(
        &buffers, NULL, encoder->ch_layout.nb_channels, room, encoder->sample_fmt, 0);
    if (outcome < 0) return outcome;
    outcome = swr_convert(
        resampler, buffers, room, source ? (const uint8_t **)source->extended_data : NULL, samples);
    if (outcome > 0) {
        const int planar = av_sample_fmt_is_planar(encoder->sample_fmt), channels = encoder->ch_layout.nb_channels;
        if (av_get_packed_sample_fmt(encoder->sample_fmt) == AV_SAMPLE_FMT_FLT) {
            for (int plane = 0; plane < (planar ? channels : 1); plane++) {
                media_bound_samples((float *)buffers[plane], planar ? outcome : outcome * channels);
            }
        }
        outcome = av_audio_fifo_write(fifo, (void **)buffers, outcome);
    }
    av_freep(&buffers[0]);
    av_freep(&buffers);
    return outcome;
}

int media_take_samples(AVAudioFifo *fifo, AVFrame *frame, int count) {
    return av_audio_fifo_read(fifo, (void **)frame->extended_data, count);
}

int media_add_silence(AVAudioFifo *fifo, AVCodecContext *encoder, int count) {
    uint8_t **buffers = NULL;
    const int channels = encoder->ch_layout.nb_channels;
    int outcome = av_samples_alloc_array_and_samples(&buffers, NULL, channels, count, encoder->sample_fmt, 0);
    if (outcome < 0) return outcome;
    av_samples_set_silence(buffers, 0, count, channels, encoder->sample_fmt);
    outcome = av_audio_fifo_write(fifo, (void **)buffers, count);
    av_freep(&buffers[0]);
    av_freep(&buffers);
    return outcome;
}
