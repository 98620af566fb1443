package io.gracefulbackup.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Before;
import io.gracefulbackup.BackupHeader.Guarded;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderCodecTest {
    private static final BackupId ID = new BackupId("0123456789abcdef0123456789abcdef");
    private static final Instant TIME = Instant.parse("2026-01-14T15:30:45.123456789Z");

    @Test
    void decodesWhatItEncoded() {
        BackupHeader full = header(
                Collections.nCopies(BackupHeader.MAX_ANCESTORS, ID),
                17,
                Collections.nCopies(BackupHeader.MAX_GUARDED, new Guarded(ID, TIME)),
                new Before(ID, Long.MAX_VALUE));

        assertThat(HeaderCodec.decode(HeaderCodec.encode(full))).isEqualTo(full);
    }

    @Test
    void omitsEmptyFields() {
        BackupHeader plain = header(List.of(), 0, List.of(), null);

        byte[] written = HeaderCodec.encode(plain);

        assertThat(new String(written, StandardCharsets.UTF_8)).doesNotContain("namedFrom", "guarded", "before");
        assertThat(HeaderCodec.decode(written)).isEqualTo(plain);
    }

    private static BackupHeader header(List<BackupId> ancestors, long namedFrom, List<Guarded> guarded, Before before) {
        return BackupHeader.builder("app", ID, new BackupVersion(2, 99))
                .ancestors(new ArrayList<>(ancestors))
                .namedFrom(namedFrom)
                .name("name")
                .createdAt(TIME)
                .reason("SIGTERM")
                .instance("instance")
                .guarded(guarded)
                .before(before)
                .build();
    }

    @Test
    void keepsTheSizesOfTheSectionsBefore() {
        Before before = new Before(new BackupId("0".repeat(32)), 3, Map.of("blocks", 1L, "users", 2L));
        BackupHeader header = BackupHeader.builder("app", new BackupId("1".repeat(32)), new BackupVersion(1, 1))
                .before(before)
                .build();

        assertThat(HeaderCodec.decode(HeaderCodec.encode(header)).before()).contains(before);
    }
}
