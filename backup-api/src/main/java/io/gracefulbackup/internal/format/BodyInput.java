package io.gracefulbackup.internal.format;

import com.github.luben.zstd.ZstdIOException;
import io.gracefulbackup.UnreadableBackupException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked sections and trailer. Remembers why it failed, because whoever reads it may swallow the error or wrap it:
 * it never goes on after one, and {@link #rethrowFailure} tells it as it was.
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
            damaged = senseless("it cannot be unpacked");
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

    /** Frees native memory; the source of the bytes stays open. */
    @Override
    public void close() throws IOException {
        decoder.close();
    }

    static UnreadableBackupException senseless(String how) {
        return new UnreadableBackupException.DamagedPayload("The body of the backup is authentic but makes no sense: "
                + how + ". Use another copy, and report this as a bug");
    }

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
