package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.it.InProcessStart.Copy;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Verifies the output of the hosts of a cell and the backups that they stored, after all faults have been removed. */
final class CellVerifier {
    private static final Comparator<BackupHeader> ORDER =
            Comparator.comparingLong(BackupHeader::epoch).thenComparingLong(BackupHeader::sequence);

    private final MatrixCell cell;
    private final CellEnvironment environment;
    private final List<ForkedJvm> hosts;
    private final Map<BackupId, Long> earlier;

    CellVerifier(MatrixCell cell, CellEnvironment environment, List<ForkedJvm> hosts) {
        this.cell = cell;
        this.environment = environment;
        this.hosts = hosts;
        this.earlier = environment.fixture().earlierCounts();
    }

    void verify() {
        InProcessStart start = InProcessStart.of(environment.settings());
        List<Copy> copies = start.copies();
        assertThat(copies).as("every listed backup is intact").allMatch(Copy::isIntact);
        copies.forEach(copy -> assertStateWasHeldByAHost(copy, start));
        for (String sink : MatrixFixture.KEEP_LAST.keySet()) {
            assertNothingIsMissing(sink, copies);
        }
        assertReportsAreTrue(copies);
        assertEveryStartWasRight();
        assertNextStartRestoresTheNewest(start);
        if (cell.mustSave()) {
            assertSaved(copies);
        }
    }

    /** An earlier backup restores to its own count, any other backup to a count that a host had while it was ready. */
    private void assertStateWasHeldByAHost(Copy copy, InProcessStart start) {
        BackupId id = copy.header().id();
        long count = copy.header().equals(start.restored()) ? start.count() : countOf(copy);
        Long known = earlier.get(id);
        if (known == null) {
            assertThat(hosts).as("%s has a count of %s", copy, count).anyMatch(host -> mayHaveSaved(host, count));
        } else {
            assertThat(count).as("%s", copy).isEqualTo(known);
        }
    }

    private static boolean mayHaveSaved(ForkedJvm host, long count) {
        return readyCounts(host).anyMatch(ready -> count >= ready && count <= ready + countLines(host, "TRY"));
    }

    /** A deleted backup must have as many newer ones in the same sink as the sink keeps. */
    private void assertNothingIsMissing(String sink, List<Copy> copies) {
        List<BackupHeader> held = headersIn(sink, copies);
        List<BackupId> inOrder = List.copyOf(earlier.keySet());
        int kept = MatrixFixture.KEEP_LAST.getOrDefault(sink, 0);
        for (int i = Math.max(0, inOrder.size() - kept); i < inOrder.size(); i++) {
            BackupId id = inOrder.get(i);
            Set<BackupId> newer = held.stream()
                    .map(BackupHeader::id)
                    .filter(other -> inOrder.indexOf(other) < 0 || inOrder.indexOf(other) > inOrder.indexOf(id))
                    .collect(Collectors.toSet());
            assertThat(held.stream().anyMatch(header -> header.id().equals(id)) || newer.size() >= kept)
                    .as("%s holds the earlier backup %s, or %s newer ones: %s", sink, id, kept, held)
                    .isTrue();
        }
    }

    /** A backup that a host reported as stored exists, or its child with the same state, which replaces it. */
    private void assertReportsAreTrue(List<Copy> copies) {
        for (ForkedJvm host : hosts) {
            for (String sink : MatrixFixture.KEEP_LAST.keySet()) {
                Set<String> accountedFor = headersIn(sink, copies).stream()
                        .flatMap(header -> Stream.concat(Stream.of(header.id()), header.parent().stream()))
                        .map(String::valueOf)
                        .collect(Collectors.toSet());
                assertThat(host.lines())
                        .as("reported as stored in %s, which accounts for %s", sink, accountedFor)
                        .filteredOn(line -> line.startsWith("STORED " + sink + " "))
                        .allMatch(line -> accountedFor.contains(line.substring(line.lastIndexOf(' ') + 1)));
            }
        }
    }

    /** A host that became ready had restored the newest earlier state; any other host printed the reason. */
    private void assertEveryStartWasRight() {
        long newest = earlier.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        for (ForkedJvm host : hosts) {
            if (readyCounts(host).findAny().isPresent()) {
                assertThat(readyCounts(host)).containsExactly(newest + (host == hosts.get(0) ? 2 : 10));
            } else if (!cell.fault().killsProcess() && !cell.fault().hangsStartIn(cell.phase())) {
                assertThat(host.output()).as("the reason why the start failed").containsAnyOf(reasons());
            }
        }
    }

    /** Without descriptors or memory the JVM may be unable to load the classes that print the reason. */
    private String[] reasons() {
        return cell.fault().exhaustsResources()
                ? new String[] {"Refusing to start", "Too many open files", "OutOfMemoryError", "NoClassDefFoundError"}
                : new String[] {"Refusing to start"};
    }

    private void assertNextStartRestoresTheNewest(InProcessStart start) {
        assertThat(start.refusal()).as("the refusal of the next start").isNull();
        BackupHeader newest =
                start.copies().stream().map(Copy::header).max(ORDER).orElseThrow();
        assertThat(start.restored()).isNotNull().usingComparator(ORDER).isEqualTo(newest);
    }

    private void assertSaved(List<Copy> copies) {
        for (ForkedJvm host : hosts) {
            long ready = readyCounts(host).findFirst().orElse(0);
            if (ready > 0) {
                assertThat(copies)
                        .as("all changes that %s acknowledged are saved", host)
                        .anyMatch(copy -> !earlier.containsKey(copy.header().id())
                                && countOf(copy) >= ready + countLines(host, "ACKNOWLEDGED")
                                && mayHaveSaved(host, countOf(copy)));
            }
        }
    }

    private static LongStream readyCounts(ForkedJvm host) {
        return host.lines().stream()
                .filter(line -> line.startsWith("READY count="))
                .mapToLong(NextStart::countIn);
    }

    private static long countLines(ForkedJvm host, String line) {
        return host.lines().stream().filter(line::equals).count();
    }

    private static List<BackupHeader> headersIn(String sink, List<Copy> copies) {
        return copies.stream()
                .filter(copy -> copy.sink().equals(sink))
                .map(Copy::header)
                .toList();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("SHA-256 is missing", e);
        }
    }

    /** Restores a copy from a file that holds nothing else. Equal bytes have the same count and are restored once. */
    private long countOf(Copy copy) {
        return environment.fixture().restoredCounts().computeIfAbsent(sha256(copy.sealed()), digest -> {
            try {
                Path file = Files.createTempFile("matrix-copy", ".encrypted");
                try {
                    Files.write(file, copy.sealed());
                    InProcessStart alone = InProcessStart.of(Map.of(
                            "SECRET_KEY",
                            ForkedHosts.SECRET,
                            "BACKUP_FILE",
                            file.toString(),
                            "BACKUP_START",
                            "require"));
                    assertThat(alone.refusal()).as("%s restores", copy).isNull();
                    return alone.count();
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
