package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.internal.report.Messages;
import java.lang.StackWalker.StackFrame;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The claim of one installation on its application, in this process. Two installations would restore over each other and save two
 * states, each a fork of the other.
 *
 * <p>Claims are system properties, because these are all that class loaders have in common: after a hot reload the library may be
 * loaded twice. The value names who claimed the application, for the message that others get.
 */
final class Claim {
    private static final String PREFIX = "io.gracefulbackup.installed.";

    private static final Set<String> LIBRARY = Stream.of(
                    Claim.class, Components.class, Installation.class, LifeCycle.class)
            .map(Class::getName)
            .collect(Collectors.toSet());

    private final String property;
    private final String claimant;

    private Claim(String property, String claimant) {
        this.property = property;
        this.claimant = claimant;
    }

    /**
     * Claims the application.
     *
     * @throws BackupException if it is claimed already; names the first caller
     */
    static Claim of(String application) {
        Claim claim = new Claim(PREFIX + application, claimant());
        Object first = System.getProperties().putIfAbsent(claim.property, claim.claimant);
        if (first != null) {
            throw new BackupException(Messages.installedAlready(application, String.valueOf(first)));
        }
        return claim;
    }

    /** Gives the claim up. Idempotent. */
    void release() {
        System.getProperties().remove(property, claimant);
    }

    /** The first caller outside the library. The time makes claims of the same caller different. */
    private static String claimant() {
        String caller = StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !isOfLibrary(frame)).findFirst())
                .map(frame -> frame.toStackTraceElement().toString())
                .orElse("unknown code");
        return caller + ", thread \"" + Thread.currentThread().getName() + "\", at "
                + Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    private static boolean isOfLibrary(StackFrame frame) {
        String name = frame.getClassName();
        return name.startsWith("io.gracefulbackup.GracefulShutdown") || LIBRARY.contains(name);
    }
}
