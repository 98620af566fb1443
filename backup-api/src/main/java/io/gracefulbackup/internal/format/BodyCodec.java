package io.gracefulbackup.internal.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/** The compression of the body; its code is the first byte of the manifest. */
enum BodyCodec {
    NONE(0),
    ZSTD(1);

    final int code;

    BodyCodec(int code) {
        this.code = code;
    }

    static Optional<BodyCodec> of(int code) {
        return Arrays.stream(values()).filter(codec -> codec.code == code).findAny();
    }

    static BodyCodec best() {
        return Compression.available() ? ZSTD : NONE;
    }

    /** Compresses. Closing the returned stream ends the body, frees native memory and closes {@code out}. */
    OutputStream encode(OutputStream out) throws IOException {
        return this == ZSTD ? Compression.compress(out) : out;
    }

    InputStream decode(InputStream in) throws IOException {
        return this == ZSTD ? Compression.decompress(in) : in;
    }
}
