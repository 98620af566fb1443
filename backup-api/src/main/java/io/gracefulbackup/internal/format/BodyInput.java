package io.gracefulbackup.internal.format;

import com.github.luben.zstd.ZstdIOException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a backup: decompresses the sections and the trailer. After a failure every read throws that failure
 * again, and {@link #rethrowFailure} throws it unchanged, because the reader of the stream may have swallowed or wrapped it.
 */
final class BodyInput extends InputStream {
    private final InputStream decoder;
    private @Nullable IOException broken;
    private @Nullable RuntimeException damaged;

    BodyInput(BodyCodec codec, ContentDigest digest, InputStream payload) throws IOException {
        this.decoder = codec.decode(new CompressedInput(digest, payload));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        rethrowFailure();
        try {
            return decoder.read(target, offset, length);
        } catch (ZstdIOException e) {
            damaged = nonsense("it cannot be decompressed");
            throw damaged;
        } catch (IOException e) {
            broken = e;
            throw e;
        } catch (RuntimeException e) {
            damaged = e;
            throw e;
        }
    }

    void rethrowFailure() throws IOException {
        if (broken != null) {
            throw broken;
        }
        if (damaged != null) {
            throw damaged;
        }
    }

    /** Frees native memory; the payload stays open. */
    @Override
    public void close() throws IOException {
        decoder.close();
    }

    static UnreadableBackupException nonsense(String how) {
        return new UnreadableBackupException.DamagedPayload("The body of the backup is authentic but makes no sense: "
                + how + ". Use another copy, and report this as a bug");
    }

    /** The compressed bytes on their way to the decoder, which also go into the digest. */
    private static final class CompressedInput extends InputStream {
        private final ContentDigest digest;
        private final InputStream payload;

        CompressedInput(ContentDigest digest, InputStream payload) {
            this.digest = digest;
            this.payload = payload;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = payload.read(target, offset, length);
            if (read > 0) {
                digest.update(target, offset, read);
            }
            return read;
        }
    }
}
