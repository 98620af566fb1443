package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.time.Duration;

/**
 * Stores one backup after the other until it is killed, every third of them large. Arguments: the URL, the last sequence, the
 * size of the large ones.
 */
final class StoringHost {
    private StoringHost() {}

    public static void main(String[] arguments) throws IOException {
        long sequence = Long.parseLong(arguments[1]);
        long large = Long.parseLong(arguments[2]);
        PostgresSink sink = TestSinks.open("app", arguments[0]);
        while (true) {
            sequence++;
            SyntheticBackup backup = SyntheticBackup.of("app", sequence, sequence % 3 == 0 ? large : 45_000);
            System.out.println("storing " + sequence);
            sink.store(backup, Deadline.after(Duration.ofSeconds(60)));
            System.out.println("stored " + sequence);
        }
    }
}
