package io.gracefulbackup.testkit;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/**
 * Adds faults to another sink: calls that fail or hang, bytes that are cut, changed or slow. For tests of what an
 * application does when a sink fails. A fault lasts until {@link #heal()}.
 *
 * <pre>{@code
 * FaultySink sink = new FaultySink(new InMemorySink("memory")).with(FaultySink.Call.STORE, FaultySink.Fault.HANG);
 * }</pre>
 *
 * <p>Keeps no lease unless it is wrapped by {@link ForwardingSink#withLease}. Safe for use by several threads.
 */
public final class FaultySink extends ForwardingSink {
    private final Map<Call, Fault> faults = new EnumMap<>(Call.class);
    private CountDownLatch healed = new CountDownLatch(1);
    private int hanging;

    /** The call that a fault affects. */
    public enum Call {
        /** {@link BackupSink#store}. */
        STORE,
        /** {@link BackupSink#probe}. */
        PROBE,
        /** {@link BackupSink#list}. */
        LIST,
        /** {@link BackupSink#open}. */
        OPEN,
        /** {@link BackupSink#delete}. */
        DELETE
    }

    /** What goes wrong. */
    public enum Fault {
        /** The call throws an {@code IOException}. */
        FAIL,
        /** The call throws an {@code Error}. */
        THROW_ERROR,
        /** The call ignores its deadline and interrupts until the sink is healed or closed; then it continues. */
        HANG,
        /** The last byte is missing: from the bytes to store, or from those that {@code open} returns. */
        CUT,
        /** One bit of the last byte is flipped: in the bytes to store, or in those that {@code open} returns. */
        FLIP_LAST_BYTE,
        /**
         * One bit of the first byte of the payload is flipped, behind the header, in the same places. The header can still
         * be read, so a catalogue of headers takes the backup for intact until it is restored. The bytes must be a sealed
         * backup.
         */
        FLIP_PAYLOAD,
        /** About 25 KiB a second can be read: of the bytes to store, or of those that {@code open} returns. */
        SLOW;

        private boolean affectsBytes() {
            return this == CUT || this == FLIP_LAST_BYTE || this == FLIP_PAYLOAD || this == SLOW;
        }

        private InputStream apply(InputStream in) {
            return switch (this) {
                case CUT -> LastByteFilter.remove(in);
                case FLIP_LAST_BYTE -> LastByteFilter.flip(in);
                case FLIP_PAYLOAD -> PayloadFilter.flip(in);
                case SLOW -> new ThrottledStream(in, 0, () -> {});
                case FAIL, THROW_ERROR, HANG -> in;
            };
        }
    }

    /**
     * Wraps a sink. There are no faults until {@link #with} adds one.
     *
     * @param sink receives the calls that do not fail
     */
    public FaultySink(BackupSink sink) {
        super(sink);
    }

    /**
     * Adds a fault to all later calls of that kind. Replaces an earlier fault of the same call.
     *
     * @return this sink
     * @throws IllegalArgumentException if the fault affects bytes and the call transfers none
     */
    public synchronized FaultySink with(Call call, Fault fault) {
        if (fault.affectsBytes() && call != Call.STORE && call != Call.OPEN) {
            throw new IllegalArgumentException(
                    fault + " affects bytes, and " + call + " transfers none; use it with STORE or OPEN");
        }
        faults.put(call, fault);
        return this;
    }

    /** Removes all faults; calls that hang continue. */
    public synchronized void heal() {
        faults.clear();
        healed.countDown();
        healed = new CountDownLatch(1);
    }

    /** The number of calls that hang at the moment. */
    public synchronized int hanging() {
        return hanging;
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        return super.store(ForwardingBackup.withStreams(backup, applyFault(Call.STORE)), deadline);
    }

    @Override
    public void probe(Deadline deadline) throws IOException {
        applyFault(Call.PROBE);
        super.probe(deadline);
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        applyFault(Call.LIST);
        return super.list(deadline);
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        UnaryOperator<InputStream> alteration = applyFault(Call.OPEN);
        return alteration.apply(super.open(backup, deadline));
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        applyFault(Call.DELETE);
        super.delete(backup, deadline);
    }

    @Override
    public void close() {
        heal();
        super.close();
    }

    /** Applies the fault of a call; returns what it does to the bytes, if the call continues. */
    private UnaryOperator<InputStream> applyFault(Call call) throws IOException {
        Optional<Fault> fault;
        CountDownLatch end;
        synchronized (this) {
            fault = Optional.ofNullable(faults.get(call));
            end = healed;
        }
        if (fault.isEmpty()) {
            return UnaryOperator.identity();
        }
        switch (fault.get()) {
            case FAIL -> throw new IOException("Injected failure of " + call + " in " + name());
            case THROW_ERROR -> throw new InjectedError("Injected error of " + call + " in " + name());
            case HANG -> hang(end);
            case CUT, FLIP_LAST_BYTE, FLIP_PAYLOAD, SLOW -> {}
        }
        return fault.get()::apply;
    }

    private void hang(CountDownLatch end) {
        count(1);
        boolean interrupted = false;
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        count(-1);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void count(int more) {
        hanging += more;
    }

    private static final class InjectedError extends Error {
        private static final long serialVersionUID = 1L;

        InjectedError(String message) {
            super(message);
        }
    }
}
