#pragma once

#include <stddef.h>
#include <stdint.h>

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/sha.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

// FFmpeg's libraries, and the few things of theirs that are macros, variable arguments or callbacks.

static const int MediaErrorEnd = AVERROR_EOF;
static const int MediaErrorAgain = AVERROR(EAGAIN);
static const int MediaErrorNoSpace = AVERROR(ENOSPC);
static const int MediaErrorNoMemory = AVERROR(ENOMEM);
static const int MediaErrorInvalidData = AVERROR_INVALIDDATA;
static const int64_t MediaNoTime = AV_NOPTS_VALUE;

/// From now on FFmpeg prints nothing; its last words are kept for `media_last_words`, and no single allocation of its
/// may pass 1.5 GB.
void media_quiet(void);
/// The last error that FFmpeg reported on this thread, in one line; empty when there was none since the last clearing.
const char *media_last_words(void);
void media_clear_words(void);
/// When the last words were that a picture is over the pixel limit, its size; 0 otherwise.
int media_refused_size(int *width, int *height);

/// Reading from a descriptor that stays the caller's, or from memory that stays the caller's.
AVIOContext *media_open_descriptor(int descriptor);
AVIOContext *media_open_bytes(const uint8_t *bytes, int64_t size);
void media_close_io(AVIOContext *context);
/// The error number of the last failed read from the descriptor; 0 when none failed.
int media_read_errno(AVIOContext *context);

/// A container that is opened can name other files (playlists, references to external tracks): none of them is opened.
void media_refuse_other_files(AVFormatContext *context);

static inline const uint8_t *media_plane(const AVFrame *frame, int plane) { return frame->data[plane]; }
static inline int media_stride(const AVFrame *frame, int plane) { return frame->linesize[plane]; }
/// Component `c` of the row `y` of any planar or packed, whole-byte or bit-packed frame.
void media_read_component(const AVFrame *frame, uint16_t *line, int y, int c);

/// Converts the whole frame to the packed pixels of the scaler, at `pixels`, whose rows are `stride` bytes apart.
int media_scale_to_rgb(struct SwsContext *scaler, const AVFrame *frame, uint8_t *pixels, int stride);
/// The same by way of planes of green, blue and red, one after the other in `planes`, whose rows are `planeStride` bytes apart.
int media_scale_by_planes(
    struct SwsContext *scaler, const AVFrame *frame, uint8_t *planes, int planeStride, uint8_t *pixels, int stride);
/// Converts RGB24 pixels into the writable frame.
int media_scale_from_rgb(struct SwsContext *scaler, const uint8_t *pixels, int stride, AVFrame *frame);
/// Copies RGB24 pixels into a writable frame of packed 0RGB/BGR0/RGB24/BGR24/BGRA pixels.
void media_copy_from_rgb(const uint8_t *pixels, AVFrame *frame);

/// Sets the color matrices and ranges of a scaler. `matrix` values are AVColorSpace's.
void media_set_colors(struct SwsContext *scaler, int sourceMatrix, int sourceFull, int targetMatrix, int targetFull);

static inline void media_error_text(int code, char *text, size_t size) { av_strerror(code, text, size); }

/// Resamples one audio frame (or flushes, when `source` is NULL) into `fifo`.
/// @return the number of samples added or an error
int media_resample(struct SwrContext *resampler, const AVFrame *source, AVAudioFifo *fifo, AVCodecContext *encoder);
/// More samples a second than any sound has; FFmpeg's resampler ends the program at the highest number.
#define MEDIA_MOST_SAMPLES 10000000
/// Makes silence of samples that are no numbers, and bounds the others, where a damaged file has values that are no sound.
/// @return how many were changed
int media_bound_samples(float *samples, int count);
/// Moves up to `count` samples from the queue into `frame`, whose buffers have room.
int media_take_samples(AVAudioFifo *fifo, AVFrame *frame, int count);
/// Adds `count` samples of silence.
int media_add_silence(AVAudioFifo *fifo, AVCodecContext *encoder, int count);
/// Replaces the resampler by one from sound like the frame's to the encoder's.
int media_make_resampler(struct SwrContext **resampler, const AVFrame *source, const AVCodecContext *encoder);
/// Replaces the resampler by one from sound like the frame's to one channel of floats, the channels' mean, at `rate`.
int media_make_mono_resampler(struct SwrContext **resampler, const AVFrame *source, int rate);
/// How many samples `media_resample_mono` can give for so many, or with what it has kept.
int media_resampled_room(struct SwrContext *resampler, int samples);
/// Resamples one audio frame (or flushes, when `source` is NULL) to `samples`, where `room` of them fit.
/// @return the number of samples or an error
int media_resample_mono(struct SwrContext *resampler, const AVFrame *source, float *samples, int room);

/// Whether the frame holds two fields, taken one after the other.
static inline int media_is_interlaced(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    return frame->interlaced_frame;
#endif
}

/// The picture's decoder refused part of it, or filled it in.
static inline int media_is_damaged(const AVFrame *frame) {
    return (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0
        || (frame->decode_error_flags & (FF_DECODE_ERROR_INVALID_BITSTREAM | FF_DECODE_ERROR_CONCEALMENT_ACTIVE)) != 0;
}

/// So much of the picture is missing that it shows nothing of its own.
static inline int media_is_corrupt(const AVFrame *frame) { return (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0; }
