package io.gracefulbackup.internal.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.fixtures.SealedBackups;
import io.gracefulbackup.internal.format.TooLittleHeapException;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CatalogTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Enough for an answer on a busy machine. */
    private static final Duration LIMITED = Duration.ofSeconds(4);

    private static final Duration SHORT = Duration.ofMillis(50);

    private static final BackupId NONE = new BackupId("0".repeat(32));

    private final Deadline.Controller time = Deadline.controlled(LONG);
    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");

    // ---- which headers are read

    @Test
    void readsTheHeadersOfTheThreeNewestHintsAndNoMore() throws Exception {
        List<BackupHeader> backups = line(6);

        Inventory inventory = ask(sink);

        assertThat(inventory.headers()).containsExactly(backups.get(5), backups.get(4), backups.get(3));
        assertThat(inventory.entries()).hasSize(6);
        assertThat(unread(inventory)).hasSize(3);
    }

    @Test
    void readsAllHeadersOnDemand() throws Exception {
        line(6);

        Inventory inventory = catalog(sink).ask(LONG, LONG, true);

        assertThat(inventory.headers()).hasSize(6);
    }

    // ---- one backup

    @Test
    void findsABackupByItsHintAndReadsTheThreeNewestBeside() throws Exception {
        List<BackupHeader> backups = line(6);
        BackupHeader wanted = backups.get(1);

        Inventory inventory = catalog(sink).find(wanted.id(), Deadline.after(LONG), LONG);

        assertThat(inventory.headers()).containsExactly(backups.get(5), backups.get(4), backups.get(3), wanted);
        assertThat(unread(inventory)).hasSize(2);
    }

    @Test
    void findsEveryCopyThatIsHintedAsThatBackup() throws Exception {
        List<BackupHeader> backups = line(6);
        other.copyFrom(sink);

        Inventory inventory = catalog(sink, other).find(backups.get(0).id(), Deadline.after(LONG), LONG);

        assertThat(inventory.copiesOf(backups.get(0).id())).hasSize(2);
    }

    @Test
    void waitsShortlyForASinkOnceAnotherHasShownTheBackup() throws Exception {
        List<BackupHeader> backups = line(6);
        other.list = () -> {
            throw new IOException("no route to host");
        };
        Deadline deadline = Deadline.after(LONG);

        Inventory inventory = catalog(sink, other).find(backups.get(0).id(), deadline, SHORT);

        assertThat(inventory.unreachable()).hasSize(1);
        assertThat(deadline.remaining()).isGreaterThan(LONG.dividedBy(2));
    }

    @Test
    void anotherBackupIsNoReasonToStopWaitingForASink() throws Exception {
        BackupHeader wanted = SealedBackups.store(other, 1, 99);
        line(2);
        AtomicInteger attempts = new AtomicInteger();
        other.list = () -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IOException("not yet");
            }
        };

        Inventory inventory = catalog(sink, other).find(wanted.id(), Deadline.after(LONG), SHORT);

        assertThat(inventory.copiesOf(wanted.id())).hasSize(1);
    }

    @Test
    void readsTheRestWhereAHintIsWrongOrAHeaderCouldNotBeFetched() throws Exception {
        List<BackupHeader> backups = line(6);
        AtomicInteger opened = new AtomicInteger();
        sink.open = () -> {
            if (opened.incrementAndGet() == 1) {
                throw new IOException("gateway 504");
            }
        };
        Catalog catalog = catalog(sink);
        Inventory found = catalog.find(backups.get(0).id(), Deadline.after(LONG), LONG);
        assertThat(found.headers()).hasSize(5);

        assertThat(catalog.readRest(found, Deadline.after(LONG)).headers()).hasSize(6);
    }

    @Test
    void keepsTheAnswerThatItHasWhenTheRestCannotBeReadInTime() throws Exception {
        List<BackupHeader> backups = line(6);
        Catalog catalog = catalog(sink);
        Inventory found = catalog.find(backups.get(0).id(), Deadline.after(LONG), LONG);

        assertThat(catalog.readRest(found, Deadline.after(Duration.ZERO)).headers())
                .containsAll(found.headers());
    }

    @Test
    void newestMeansTheHighestEpochThenTheHighestSequence() throws Exception {
        BackupHeader laterSequence = SealedBackups.store(sink, 1, 900);
        line(3);
        BackupHeader newest = SealedBackups.store(sink, 2, 1);

        assertThat(ask(sink).headers()).startsWith(newest, laterSequence);
    }

    @Test
    void readsEveryEntryWithoutAHintBesidesTheThreeNewest() throws Exception {
        List<BackupHeader> backups = line(6);
        sink.hints.remove(backups.get(0).id().value());

        Inventory inventory = ask(sink);

        assertThat(inventory.headers()).containsExactly(backups.get(5), backups.get(4), backups.get(3), backups.get(0));
    }

    @Test
    void readsAllHeadersAfterAHintWithAWrongVersion() throws Exception {
        List<BackupHeader> backups = line(6);
        BackupHeader oldest = backups.get(0);
        sink.lie = hint -> hint.id().equals(oldest.id()) ? withVersion(hint, 9, 9) : hint;

        assertThat(ask(sink).headers()).hasSize(6);
    }

    @Test
    void readsAllHeadersAfterAHintWithAWrongId() throws Exception {
        List<BackupHeader> backups = line(6);
        BackupHeader newest = backups.get(5);
        sink.lie =
                hint -> hint.id().equals(newest.id()) ? new Hint(backups.get(0).id(), 1, 6, 1, Instant.EPOCH) : hint;

        assertThat(ask(sink).headers()).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void readsAllHeadersOnceOneOfTheNewestIsDamaged(int fromNewest) throws Exception {
        List<BackupHeader> backups = line(6);
        sink.damage(backups.get(5 - fromNewest).id());

        assertThat(ask(sink).headers()).hasSize(5);
    }

    @Test
    void threeDamagedHeadersHideNoOlderBackup() throws Exception {
        List<BackupHeader> backups = line(7);
        backups.subList(4, 7).forEach(damaged -> sink.damage(damaged.id()));

        assertThat(ask(sink).headers()).containsExactly(backups.get(3), backups.get(2), backups.get(1), backups.get(0));
    }

    @Test
    void readsAllHeadersOnceOneOfTheNewestCannotBeFetched() throws Exception {
        List<BackupHeader> backups = line(6);
        AtomicInteger opened = new AtomicInteger();
        sink.open = () -> {
            if (opened.incrementAndGet() == 2) {
                throw new IOException("gateway 504");
            }
        };

        assertThat(ask(sink).headers()).hasSize(5).doesNotContain(backups.get(4));
    }

    @Test
    void readsAllHeadersOnceOneOfTheNewestIsUnderAnotherKey() throws Exception {
        List<BackupHeader> backups = line(6);
        SealedBackups.storeUnderAnotherKey(sink, 1, 7);

        assertThat(ask(sink).headers()).containsExactlyElementsOf(newestFirst(backups));
    }

    @Test
    void aFileThatIsNoBackupDiscreditsAllHints() throws Exception {
        line(6);
        sink.bytes.put("stranger", "not a backup, just some text ".repeat(9).getBytes(UTF_8));

        assertThat(ask(sink).headers()).hasSize(6);
    }

    @Test
    void readsTheHeaderOfAForkHoweverDeepItLies() throws Exception {
        List<BackupHeader> backups = line(6);
        BackupHeader fork = SealedBackups.store(sink, 1, 2, backups.get(0));

        Inventory inventory = ask(sink);

        assertThat(inventory.headers()).containsExactly(backups.get(5), backups.get(4), backups.get(3), fork);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 500, 10_000})
    void aLongListOfTrueHintsCostsThreeHeaders(int count) throws Exception {
        List<BackupHeader> backups = line(3);
        for (int i = 0; i < count; i++) {
            BackupId id = new BackupId(String.format("%032x", i));
            sink.bytes.put(id.value(), new byte[0]);
            // Older than all that the newest headers name, so it is not known to be a fork.
            sink.hints.put(id.value(), new Hint(id, 0, -1, 1, Instant.EPOCH));
        }
        AtomicInteger opened = new AtomicInteger();
        sink.open = opened::incrementAndGet;

        Inventory inventory = ask(sink);

        assertThat(inventory.headers()).containsExactlyElementsOf(newestFirst(backups));
        assertThat(opened).hasValue(3);
    }

    @Test
    void readsTheNewestHintsBeforeEntriesWithoutAHint() throws Exception {
        List<BackupHeader> backups = line(5);
        backups.subList(0, 2).forEach(old -> sink.hints.remove(old.id().value()));

        assertThat(ask(sink).sinks().get(0).entries().subList(0, 3))
                .allSatisfy(entry -> assertThat(entry.hint()).isPresent());
    }

    // ---- when the time is up

    @Test
    void aSinkWhoseFilesCannotBeOpenedIsListedAllTheSame() throws Exception {
        List<BackupHeader> backups = line(6);
        CountDownLatch released = hangAtOpening(3, time::expire);

        SinkInventory answer =
                catalog(sink).find(NONE, time.deadline(), LONG).sinks().get(0);

        assertThat(answer.isListed()).isTrue();
        assertThat(answer.entries()).hasSize(6);
        assertThat(new Inventory(List.of(answer)).headers()).containsExactly(backups.get(5), backups.get(4));
        assertThat(unreadForLackOfTime(answer))
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry.isHintedAs(backups.get(3).id())).isTrue());
        released.countDown();
    }

    @Test
    void whatIsListedWithoutAHintAndNotReadIsUnreadForLackOfTime() throws Exception {
        line(20);
        sink.hints.clear();
        CountDownLatch released = hangAtOpening(8, time::expire);

        SinkInventory answer =
                catalog(sink).find(NONE, time.deadline(), LONG).sinks().get(0);

        assertThat(answer.authenticated()).hasSize(7);
        assertThat(unreadForLackOfTime(answer)).hasSize(13);
        released.countDown();
    }

    @Test
    void whatADamagedHeaderMakesImportantAndIsNotReadIsUnreadForLackOfTime() throws Exception {
        List<BackupHeader> backups = line(6);
        sink.damage(backups.get(5).id());
        CountDownLatch released = hangAtOpening(5, time::expire);

        SinkInventory answer =
                catalog(sink).find(NONE, time.deadline(), LONG).sinks().get(0);

        assertThat(answer.authenticated()).hasSize(2);
        assertThat(unreadForLackOfTime(answer)).hasSize(3);
        released.countDown();
    }

    @Test
    void doesNotWaitLongForHeadersOnceAnotherSinkHasShownABackup() throws Exception {
        line(6);
        other.copyFrom(sink);
        CountDownLatch released = hangAtOpening(2, () -> {});

        Inventory inventory = catalog(sink, other).ask(Duration.ofHours(1), LIMITED, false);

        assertThat(inventory.sinks()).allMatch(SinkInventory::isListed);
        assertThat(unreadForLackOfTime(inventory.sinks().get(0))).hasSize(2);
        released.countDown();
    }

    @Test
    void readingTheRestKeepsWhatIsReadWhenTheTimeIsUp() throws Exception {
        List<BackupHeader> backups = line(9);
        Catalog catalog = catalog(sink);
        Inventory found = catalog.ask(LONG, LONG, false);
        CountDownLatch released = hangAtOpening(3, time::expire);

        Inventory read = catalog.readRest(found, time.deadline());

        SinkInventory hung = read.sinks().get(0);
        assertThat(new Inventory(List.of(hung)).headers())
                .containsExactlyElementsOf(newestFirst(backups.subList(4, 9)));
        assertThat(unreadForLackOfTime(hung)).hasSize(4);
        released.countDown();
    }

    @Test
    void readingTheRestWithoutTimeSaysThatTheTimeWasLacking() throws Exception {
        line(6);
        Catalog catalog = catalog(sink);

        Inventory read = catalog.readRest(ask(sink), Deadline.after(Duration.ZERO));

        assertThat(unreadForLackOfTime(read.sinks().get(0))).hasSize(3);
    }

    // ---- what reading a header shows

    @ParameterizedTest
    @MethodSource
    void anErrorInOneFileIsThatFilesAlone(Error error) throws Exception {
        line(2);
        AtomicInteger opened = new AtomicInteger();
        sink.open = () -> {
            if (opened.incrementAndGet() == 1) {
                throw error;
            }
        };

        Inventory inventory = ask(sink);

        assertThat(inventory.headers()).hasSize(1);
        assertThat(inventory.entries()).hasAtLeastOneElementOfType(CatalogEntry.Unavailable.class);
    }

    static Stream<Error> anErrorInOneFileIsThatFilesAlone() {
        return Stream.of(new StackOverflowError(), new NoClassDefFoundError("driver"), new AssertionError("driver"));
    }

    @Test
    void tooLittleHeapForTheKeyEndsTheQueryAtOnce() throws Exception {
        line(1);
        sink.open = () -> {
            throw new TooLittleHeapException(new OutOfMemoryError("Java heap space"));
        };

        assertThatThrownBy(() -> catalog(sink).ask(Duration.ofHours(1), Duration.ofHours(1), false))
                .isInstanceOf(TooLittleHeapException.class)
                .hasMessageContainingAll("Argon2id needs 64 MiB of heap", "-Xmx");
    }

    @Test
    void tooLittleHeapForTheKeyEndsReadingTheRest() throws Exception {
        line(6);
        Inventory found = ask(sink);
        sink.open = () -> {
            throw new TooLittleHeapException(new OutOfMemoryError("Java heap space"));
        };

        assertThatThrownBy(() -> catalog(sink).readRest(found, Deadline.after(LONG)))
                .isInstanceOf(TooLittleHeapException.class);
    }

    @Test
    void believesARejectedHeaderOnlyIfItIsRejectedTwice() throws Exception {
        BackupHeader backup = SealedBackups.store(sink, 1, 1);
        byte[] good = sink.bytes.get(backup.id().value());
        AtomicInteger opened = new AtomicInteger();
        sink.open = () -> sink.bytes.put(
                backup.id().value(), opened.incrementAndGet() == 1 ? "<html>429</html>".getBytes(UTF_8) : good);

        assertThat(ask(sink).headers()).containsExactly(backup);
        assertThat(opened).hasValue(2);
    }

    @Test
    void aHeaderThatDoesNotAuthenticateIsUnreadable() throws Exception {
        SealedBackups.store(sink, 1, 1);
        sink.damage(SealedBackups.store(sink, 1, 2).id());

        assertThat(ask(sink).entries())
                .hasAtLeastOneElementOfType(CatalogEntry.Unreadable.class)
                .filteredOn(CatalogEntry.Unreadable.class::isInstance)
                .singleElement()
                .satisfies(entry -> assertThat(((CatalogEntry.Unreadable) entry).why())
                        .isInstanceOf(UnreadableBackupException.TamperedHeader.class));
    }

    @Test
    void aHeaderThatCannotBeFetchedIsUnavailableWithTheReason() throws Exception {
        SealedBackups.store(sink, 1, 1);
        sink.open = () -> {
            throw new IOException("gateway 504");
        };

        assertThat(ask(sink).entries())
                .singleElement()
                .satisfies(entry ->
                        assertThat(((CatalogEntry.Unavailable) entry).why()).contains("gateway 504"));
    }

    // ---- backups of other applications

    @Test
    void readsBackupsOfOtherApplicationsWhereNothingIsListed() throws Exception {
        SealedBackups.store(other, 1, 1);
        sink.others.putAll(other.bytes);

        SinkInventory answer = new Catalog(
                        List.of(sink), SealedBackups.reader("petshop"), CatalogTest.class.getClassLoader())
                .ask(LONG, LONG, false)
                .sinks()
                .get(0);

        assertThat(answer.entries()).isEmpty();
        assertThat(answer.others())
                .singleElement()
                .satisfies(entry -> assertThat(((CatalogEntry.Unreadable) entry).failure())
                        .isEqualTo(ReadFailure.OTHER_APPLICATION));
    }

    @Test
    void otherApplicationsUnderOtherKeysAreReadToo() throws Exception {
        SealedBackups.storeUnderAnotherKey(other, 1, 1);
        sink.others.putAll(other.bytes);

        assertThat(ask(sink).sinks().get(0).others())
                .singleElement()
                .satisfies(entry ->
                        assertThat(((CatalogEntry.Unreadable) entry).failure()).isEqualTo(ReadFailure.UNKNOWN_KEY));
    }

    @Test
    void asksForNoOtherApplicationOnceASinkListsABackup() throws Exception {
        line(1);
        AtomicInteger asked = new AtomicInteger();
        sink.listOthers = asked::incrementAndGet;
        other.listOthers = asked::incrementAndGet;

        assertThat(ask(sink, other).sinks()).allMatch(answer -> answer.others().isEmpty());
        assertThat(asked).hasValue(0);
    }

    @Test
    void aSinkThatCannotTellOtherApplicationsIsListedAndEmpty() throws Exception {
        sink.listOthers = () -> {
            throw new IOException("permission denied");
        };

        SinkInventory answer = ask(sink).sinks().get(0);

        assertThat(answer.isListed()).isTrue();
        assertThat(answer.others()).isEmpty();
    }

    // ---- sinks that do not answer

    @Test
    void aSinkThatRefusesForGoodIsAskedOnce() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        sink.list = () -> {
            asked.incrementAndGet();
            throw new PermanentFailureException("the password is wrong");
        };
        Deadline deadline = Deadline.after(LONG);

        SinkInventory answer = catalog(sink).find(NONE, deadline, LONG).sinks().get(0);

        assertThat(answer.isUnreachable() && answer.isPermanent()).isTrue();
        assertThat(answer.why()).contains("the password is wrong");
        assertThat(asked).hasValue(1);
        assertThat(deadline.remaining()).isGreaterThan(LONG.dividedBy(2));
    }

    @Test
    void aSinkThatRefusesForGoodIsAskedOnceWhileAnotherIsAskedAgain() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        sink.list = () -> {
            refused.incrementAndGet();
            throw new PermanentFailureException("the password is wrong");
        };
        AtomicInteger asked = new AtomicInteger();
        other.list = () -> {
            if (asked.incrementAndGet() < 3) {
                throw new IOException("starting up");
            }
        };

        assertThat(ask(sink, other).unreachable())
                .extracting(SinkInventory::sink)
                .containsExactly("memory");
        assertThat(refused).hasValue(1);
        assertThat(asked).hasValue(3);
    }

    @Test
    void asksASinkAgainUntilItCanBeReached() throws Exception {
        BackupHeader backup = SealedBackups.store(sink, 1, 1);
        AtomicInteger asked = new AtomicInteger();
        sink.list = () -> {
            if (asked.incrementAndGet() < 3) {
                throw new IOException("starting up");
            }
        };

        assertThat(ask(sink).headers()).containsExactly(backup);
        assertThat(asked).hasValue(3);
    }

    @Test
    void keepsTheReasonOfASinkThatCannotBeReachedUntilTheDeadline() throws Exception {
        sink.list = () -> {
            throw new IOException("connection refused");
        };

        SinkInventory answer =
                catalog(sink).ask(LIMITED, LIMITED, false).sinks().get(0);

        assertThat(answer.isUnreachable()).isTrue();
        assertThat(answer.why()).contains("connection refused");
    }

    @Test
    void doesNotWaitLongForOthersOnceASinkHasShownABackup() throws Exception {
        BackupHeader backup = SealedBackups.store(sink, 1, 1);
        CountDownLatch released = hang(other);

        Inventory inventory = catalog(sink, other).ask(Duration.ofHours(1), LIMITED, false);

        assertThat(inventory.headers()).containsExactly(backup);
        assertThat(inventory.unreachable()).extracting(SinkInventory::sink).containsExactly("other");
        released.countDown();
    }

    @Test
    void usesAllItsTimeForAnUnreachableSinkIfNoOtherHasShownABackup() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        other.list = () -> {
            if (asked.incrementAndGet() < 3) {
                throw new IOException("starting up");
            }
        };

        Inventory inventory = catalog(sink, other).ask(LONG, SHORT, false);

        assertThat(inventory.unreachable()).isEmpty();
        assertThat(asked).hasValue(3);
    }

    @Test
    void abandonsASinkThatHangsAtTheDeadline() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        sink.list = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        };

        SinkInventory answer = catalog(sink).ask(SHORT, SHORT, false).sinks().get(0);

        assertThat(answer).isEqualTo(SinkInventory.unreachable("memory", "it did not answer in time"));
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anErrorOfASinkIsUnreachableAndDoesNotAffectTheOthers() throws Exception {
        BackupHeader backup = SealedBackups.store(sink, 1, 1);
        other.list = () -> {
            throw new StackOverflowError();
        };

        Inventory inventory = catalog(other, sink).ask(LIMITED, LIMITED, false);

        assertThat(inventory.sinks()).extracting(SinkInventory::isUnreachable).containsExactly(true, false);
        assertThat(inventory.headers()).containsExactly(backup);
    }

    @Test
    void aSinkThatCannotListSaysSoAndIsNotAskedAgain() throws Exception {
        SinkInventory answer =
                catalog(new WriteOnlySink()).ask(LONG, LONG, false).sinks().get(0);

        assertThat(answer.kind()).isEqualTo(SinkInventory.Kind.NOT_LISTABLE);
        assertThat(answer.why()).isEqualTo("the key may only upload");
    }

    private static Inventory ask(BackupSink... sinks) throws InterruptedException {
        return catalog(sinks).ask(LONG, LONG, false);
    }

    private static Catalog catalog(BackupSink... sinks) {
        return new Catalog(List.of(sinks), SealedBackups.reader(), CatalogTest.class.getClassLoader());
    }

    /** Backups of one process, each the parent of the next. */
    private List<BackupHeader> line(int count) {
        List<BackupHeader> backups = new ArrayList<>();
        BackupHeader last = null;
        for (int i = 1; i <= count; i++) {
            last = SealedBackups.store(sink, 1, i, last);
            backups.add(last);
        }
        return backups;
    }

    private static List<BackupHeader> newestFirst(List<BackupHeader> oldestFirst) {
        List<BackupHeader> headers = new ArrayList<>(oldestFirst);
        Collections.reverse(headers);
        return headers;
    }

    private static List<CatalogEntry> unreadForLackOfTime(SinkInventory answer) {
        return answer.entries().stream()
                .filter(entry -> entry instanceof CatalogEntry.Unread unread && unread.isForLackOfTime())
                .toList();
    }

    /** Lets the sink hang when the header of the n-th entry is read, after it has done something. */
    private CountDownLatch hangAtOpening(int nth, Runnable then) {
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger opened = new AtomicInteger();
        sink.open = () -> {
            if (opened.incrementAndGet() >= nth) {
                then.run();
                awaitUninterruptibly(released);
            }
        };
        return released;
    }

    private static void awaitUninterruptibly(CountDownLatch released) {
        while (released.getCount() > 0) {
            try {
                released.await();
            } catch (InterruptedException e) {
                // As a driver does that knows no interrupts.
            }
        }
    }

    private static List<CatalogEntry> unread(Inventory inventory) {
        return inventory.entries().filter(CatalogEntry.Unread.class::isInstance).toList();
    }

    private static Hint withVersion(Hint hint, long epoch, long sequence) {
        return new Hint(hint.id(), epoch, sequence, hint.size(), hint.createdAt());
    }

    private static CountDownLatch hang(MemorySink sink) {
        CountDownLatch released = new CountDownLatch(1);
        sink.list = () -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
        return released;
    }

    private static final class WriteOnlySink implements BackupSink {
        private final AtomicInteger listings = new AtomicInteger();

        @Override
        public String name() {
            return "write-only";
        }

        @Override
        public Listing list(Deadline deadline) {
            assertThat(listings.incrementAndGet()).isEqualTo(1);
            return new Listing.NotListable("the key may only upload");
        }

        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream open(StoredBackup backup, Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(StoredBackup backup, Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RetentionPolicy defaultRetention() {
            return RetentionPolicy.keepAll();
        }
    }
}
