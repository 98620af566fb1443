package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A sealed backup, and what is true of it whatever a sink makes of its bytes. */
final class Saved {
    final BackupHeader header;
    final String key;
    /** When it was saved, counted over all processes. */
    final int moment;

    final @Nullable Saved parent;
    /** The choice that this backup is the first to follow, as it was set. */
    final @Nullable String choice;
    /** What the process that made it could see when it started. */
    private final Set<Saved> seen;

    private final byte[] bytes;

    Saved(
            BackupHeader header,
            byte[] bytes,
            String key,
            int moment,
            @Nullable Saved parent,
            @Nullable String choice,
            Set<Saved> seen) {
        this.header = header;
        this.bytes = bytes;
        this.key = key;
        this.moment = moment;
        this.parent = parent;
        this.choice = choice;
        this.seen = Set.copyOf(seen);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    BackupId id() {
        return header.id();
    }

    boolean isNewerThan(Saved other) {
        return header.isNewerThan(other.header);
    }

    boolean descendsFrom(Saved other) {
        for (Saved at = parent; at != null; at = at.parent) {
            if (at == other) {
                return true;
            }
        }
        return false;
    }

    /** All choices that it or an ancestor follows. */
    Set<String> choices() {
        Set<String> all = new HashSet<>();
        for (Saved at = this; at != null; at = at.parent) {
            Optional.ofNullable(at.choice).ifPresent(all::add);
        }
        return all;
    }

    /**
     * Whether the line of this backup left that one behind by a choice; empty if the choice did not see it, but the versions say
     * that it may have.
     */
    Optional<Boolean> leftBehind(Saved other) {
        Optional<Boolean> left = Optional.of(false);
        for (Saved at = this; at != null; at = at.parent) {
            boolean isLower =
                    other.header.epoch() < at.header.epoch() && other.header.sequence() < at.header.sequence();
            if (at.choice != null && (other.moment < at.moment || isLower)) {
                if (at.seen.contains(other)) {
                    return Optional.of(true);
                }
                left = Optional.empty();
            }
        }
        return left;
    }

    @Override
    public String toString() {
        return header.application() + " " + header.epoch() + "." + header.sequence() + "/"
                + id().value().substring(0, 4) + (key.equals(SituationWorld.KEY) ? "" : " of another key");
    }
}
