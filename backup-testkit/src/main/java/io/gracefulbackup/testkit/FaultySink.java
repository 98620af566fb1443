package io.gracefulbackup.testkit;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/**
 * Another sink with faults, for tests of applications and of the library: what becomes of the exit when a place fails,
 * hangs or lies? Faults last until {@link #heal()}.
 *
 * <p>Safe for use by several threads.
 */
public final class FaultySink extends ForwardingSink {
    private final Map<Call, Fault> faults = new EnumMap<>(Call.class);
    private CountDownLatch healed = new CountDownLatch(1);
    private int hanging;

    /** Where a fault strikes. */
    public enum Call {
        /** {@link BackupSink#store}. */
        STORE,
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
        /** The call hears neither deadline nor interrupt, until the sink is healed or closed; then it goes on. */
        HANG,
        /** The last byte is missing: of what the sink is given, or of what it gives. */
        CUT,
        /** The last byte has a bit flipped: in what the sink is given, or in what it gives. */
        FLIP_LAST_BYTE,
        /** The bytes come at about 25 KiB a second: those that the sink is given, or those that it gives. */
        SLOW;

        private boolean isOfBytes() {
            return this == CUT || this == FLIP_LAST_BYTE || this == SLOW;
        }

        private InputStream of(InputStream in) {
            return switch (this) {
                case CUT -> LastByte.missing(in);
                case FLIP_LAST_BYTE -> LastByte.flipped(in);
                case SLOW -> new PacedStream(in, 0, () -> {});
                case FAIL, THROW_ERROR, HANG -> in;
            };
        }
    }

    /** A sink without faults yet. */
    public FaultySink(BackupSink sink) {
        super(sink);
    }

    /**
     * From now on these calls go wrong in this way.
     *
     * @throws IllegalArgumentException if the fault is one of bytes and the call moves none
     */
    public synchronized FaultySink with(Call call, Fault fault) {
        if (fault.isOfBytes() && call != Call.STORE && call != Call.OPEN) {
            throw new IllegalArgumentException(
                    fault + " is a fault of bytes, and " + call + " moves none; use it with STORE or OPEN");
        }
        faults.put(call, fault);
        return this;
    }

    /** From now on nothing goes wrong; calls that hang go on. */
    public synchronized void heal() {
        faults.clear();
        healed.countDown();
        healed = new CountDownLatch(1);
    }

    /** How many calls hang at this moment. */
    public synchronized int hanging() {
        return hanging;
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        return super.store(ForwardingBackup.withStreams(backup, strike(Call.STORE)), deadline);
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        strike(Call.LIST);
        return super.list(deadline);
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        UnaryOperator<InputStream> alteration = strike(Call.OPEN);
        return alteration.apply(super.open(backup, deadline));
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        strike(Call.DELETE);
        super.delete(backup, deadline);
    }

    /** None: instances that share a sink with faults do not take turns. */
    @Override
    public Optional<Lease> lease(String instance, Duration term) {
        return Optional.empty();
    }

    @Override
    public void close() {
        heal();
        super.close();
    }

    /** What becomes of the bytes that this call moves, if the call goes on at all. */
    private UnaryOperator<InputStream> strike(Call call) throws IOException {
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
            case CUT, FLIP_LAST_BYTE, SLOW -> {}
        }
        return fault.get()::of;
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
