package io.gracefulbackup.internal.retention;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Protects one backup in every sink that shows it, or ends that. All sinks are asked at the same time, each on a thread of the
 * library, which is given up at the deadline. For one use.
 */
final class ProtectionRequest {
    private final Catalog catalog;
    private final Threads threads;
    private final BackupId id;
    private final boolean isProtected;
    private final Deadline deadline;

    ProtectionRequest(Catalog catalog, Threads threads, BackupId id, boolean isProtected, Deadline deadline) {
        this.catalog = catalog;
        this.threads = threads;
        this.id = id;
        this.isProtected = isProtected;
        this.deadline = deadline;
    }

    /**
     * What a sink answered.
     *
     * @param listed what the sink lists, or null if that is not known
     * @param ids the ids of its entries, as far as they were read
     * @param isShown whether the backup is among them
     * @param failure why the sink gave no list, or the change was not made, or may not have been; null if all is well
     */
    record Answer(
            BackupSink sink,
            @Nullable List<StoredBackup> listed,
            Set<BackupId> ids,
            boolean isShown,
            @Nullable String failure) {

        static Answer unlisted(BackupSink sink, String why) {
            return new Answer(sink, null, Set.of(), false, why);
        }
    }

    /** Asks these sinks. Hints may be wrong, so the headers of all entries are read if no hint shows the backup. */
    List<Answer> ask(List<BackupSink> sinks) throws InterruptedException {
        Deadline half = deadline.atMost(deadline.remaining().dividedBy(2));
        List<Query> byHints =
                sinks.stream().map(sink -> new Query(sink, this::askByHints)).toList();
        List<Answer> answers = await(byHints, List.of(half.atMost(Timeouts.REMAINING_SINKS), half));
        if (!noneShows(answers)) {
            return answers;
        }
        List<Query> byHeaders = answers.stream()
                .map(answer -> new Query(answer.sink(), sink -> askByHeaders(sink, answer.listed())))
                .toList();
        return await(byHeaders, List.of(deadline));
    }

    /** Waits until each of these deadlines in turn, as long as no sink has shown the backup. */
    private static List<Answer> await(List<Query> queries, List<Deadline> deadlines) throws InterruptedException {
        try {
            List<Answer> answers = new ArrayList<>();
            for (Iterator<Deadline> next = deadlines.iterator(); next.hasNext() && noneShows(answers); ) {
                Deadline until = next.next();
                answers.clear();
                for (Query query : queries) {
                    answers.add(query.await(until));
                }
            }
            return answers;
        } finally {
            queries.forEach(Query::abandon);
        }
    }

    private static boolean noneShows(List<Answer> answers) {
        return answers.stream().noneMatch(Answer::isShown);
    }

    private Answer askByHints(BackupSink sink) throws IOException {
        List<StoredBackup> entries = list(sink);
        Set<BackupId> ids = new HashSet<>();
        String failure = null;
        for (StoredBackup entry : entries) {
            Optional<BackupId> hinted = entry.hint().map(Hint::id);
            hinted.ifPresent(ids::add);
            if (hinted.filter(id::equals).isPresent()) {
                failure = protect(sink, entry).orElse(failure);
            }
        }
        return new Answer(sink, entries, ids, ids.contains(id), failure);
    }

    private Answer askByHeaders(BackupSink sink, @Nullable List<StoredBackup> listed) throws IOException {
        List<StoredBackup> entries = listed == null ? list(sink) : listed;
        Set<BackupId> ids = new HashSet<>();
        for (StoredBackup entry : entries) {
            Optional<BackupId> known = catalog.readHeader(sink, entry, deadline).idIfKnown();
            known.ifPresent(ids::add);
            if (known.filter(id::equals).isPresent()) {
                return new Answer(sink, entries, ids, true, protect(sink, entry).orElse(null));
            }
        }
        return new Answer(sink, entries, ids, false, null);
    }

    private List<StoredBackup> list(BackupSink sink) throws IOException {
        Listing listing = sink.list(deadline);
        if (listing instanceof Listing.NotListable notListable) {
            throw new IOException(notListable.why());
        }
        return ((Listing.Listed) listing).backups();
    }

    /** Returns why the change was not made, or may not have been; empty if it was made. */
    private Optional<String> protect(BackupSink sink, StoredBackup entry) {
        try {
            return sink.protect(entry, isProtected, deadline) ? Optional.empty() : Optional.of(Messages.CANNOT_PROTECT);
        } catch (IOException | RuntimeException | Error e) {
            return Optional.of(Failures.describe(e));
        }
    }

    @FunctionalInterface
    private interface Question {
        Answer ask(BackupSink sink) throws IOException;
    }

    /** A question to one sink, on a thread of its own. */
    private final class Query {
        private final BackupSink sink;
        private final Task<Answer> task;

        Query(BackupSink sink, Question question) {
            this.sink = sink;
            this.task = threads.startOrRun("protect-" + sink.name(), () -> question.ask(sink));
        }

        Answer await(Deadline until) throws InterruptedException {
            try {
                return task.await(until);
            } catch (ExecutionException e) {
                return Answer.unlisted(sink, Failures.describe(Failures.cause(e)));
            } catch (TimeoutException e) {
                return Answer.unlisted(sink, Messages.NO_ANSWER_IN_TIME);
            }
        }

        /** The sink is not waited for any longer. */
        void abandon() {
            task.abandon();
        }
    }
}
