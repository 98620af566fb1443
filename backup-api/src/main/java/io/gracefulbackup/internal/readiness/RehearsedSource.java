package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.json.JsonSection;
import io.gracefulbackup.internal.report.Messages;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A source in one rehearsal: passes on what it writes until the time of the sources is over, and notes what became of it. */
final class RehearsedSource implements StateSource {
    private final StateSource source;
    private final LockTime time;
    private final @Nullable HeapCopy copy;
    private volatile boolean hasBegun;
    private volatile boolean hasEnded;
    private volatile boolean isCut;
    private volatile @Nullable Throwable failure;

    /**
     * A source to be rehearsed.
     *
     * @param readsBack whether to keep what is written, if that is JSON
     */
    RehearsedSource(StateSource source, LockTime time, boolean readsBack) {
        this.source = source;
        this.time = time;
        this.copy = readsBack && source instanceof JsonSection ? new HeapCopy() : null;
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public int version() {
        return source.version();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        time.begin();
        hasBegun = true;
        RehearsedStream rehearsed = new RehearsedStream(out);
        try {
            source.writeTo(rehearsed);
            hasEnded = !isCut && !rehearsed.hasFailed;
        } catch (Throwable failed) {
            if (!isCut && !rehearsed.hasFailed) {
                failure = failed;
            }
            throw failed;
        }
    }

    /** A rehearsal restores nothing. */
    @Override
    public void readFrom(InputStream in, int version) {
        throw new UnsupportedOperationException("A rehearsal restores nothing");
    }

    /** Whether it was called. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** Whether it wrote everything. */
    boolean hasEnded() {
        return hasEnded;
    }

    /** Whether it was stopped because the time was over. */
    boolean isCut() {
        return isCut;
    }

    /** What the source itself threw. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * What of that which it wrote would not come back.
     *
     * @param isOver whether the rehearsal must end now
     * @return empty if it was not read back
     * @throws IOException if the rehearsal had to end
     */
    Optional<List<String>> readBack(BooleanSupplier isOver) throws IOException {
        HeapCopy kept = copy;
        if (kept == null || !kept.isKept() || !hasBegun || failure != null || !(source instanceof JsonSection json)) {
            return Optional.empty();
        }
        return Optional.of(json.readBack(new EndingStream(kept.newStream(), isOver), hasEnded));
    }

    /** Gives the engine what the source writes. */
    private final class RehearsedStream extends OutputStream {
        private final OutputStream out;
        /** Whether the engine's end has failed, which is not the source's fault. */
        private volatile boolean hasFailed;

        RehearsedStream(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (time.isOver()) {
                isCut = true;
                throw new IOException(Messages.REHEARSAL_CUT_SHORT);
            }
            if (copy != null) {
                copy.write(bytes, offset, length);
            }
            try {
                out.write(bytes, offset, length);
            } catch (IOException | RuntimeException | Error failed) {
                hasFailed = true;
                throw failed;
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }

    /** Ends when the rehearsal must. */
    private static final class EndingStream extends FilterInputStream {
        private final BooleanSupplier isOver;

        EndingStream(InputStream in, BooleanSupplier isOver) {
            super(in);
            this.isOver = isOver;
        }

        @Override
        public int read() throws IOException {
            check();
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            check();
            return super.read(bytes, offset, length);
        }

        private void check() throws IOException {
            if (isOver.getAsBoolean()) {
                throw new IOException(Messages.REHEARSAL_CUT_SHORT);
            }
        }
    }
}
