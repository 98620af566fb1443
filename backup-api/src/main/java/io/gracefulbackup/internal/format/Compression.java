package io.gracefulbackup.internal.format;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.github.luben.zstd.util.Native;
import io.gracefulbackup.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Compression with zstd, where its native library can be loaded. */
public final class Compression {
    /** Faster than any sink; a higher level would cost time that an exit does not have. */
    private static final int LEVEL = 1;

    private static final int WORKERS = 2;

    private Compression() {}

    /** Whether zstd is available, so that backups are compressed. The first call loads the native library, which takes time. */
    public static boolean available() {
        return Loaded.AVAILABLE;
    }

    /**
     * The output depends on the input only, not on how it is divided into writes: the content digest relies on that. Where the
     * system allows no further thread, the output is another one.
     */
    static OutputStream compress(OutputStream out) throws IOException {
        return compress(out, canStartWorkers() ? WORKERS : 0);
    }

    static OutputStream compress(OutputStream out, int workers) throws IOException {
        return new ZstdOutputStreamNoFinalizer(out).setLevel(LEVEL).setWorkers(workers);
    }

    /** Without threads, zstd fails at the first byte with workers, and does the same work on the calling thread without. */
    private static boolean canStartWorkers() {
        try (OutputStream probe = compress(OutputStream.nullOutputStream(), WORKERS)) {
            probe.write(0);
            return true;
        } catch (IOException noThread) {
            return false;
        }
    }

    static InputStream decompress(InputStream in) throws IOException {
        if (!available()) {
            throw new BackupException("The backup is compressed, and the native library of zstd cannot be loaded here."
                    + " Give the JVM a temporary directory (java.io.tmpdir) that is writable, has free space and is not"
                    + " mounted noexec, on a platform that zstd-jni supports");
        }
        return new ZstdInputStreamNoFinalizer(in);
    }

    private static final class Loaded {
        static final boolean AVAILABLE = load();

        private static boolean load() {
            try {
                Native.load();
                return Native.isLoaded();
            } catch (LinkageError | RuntimeException e) {
                return false;
            }
        }
    }
}
