package io.gracefulbackup.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderCodecTest {
    private static final BackupId ID = new BackupId("0123456789abcdef0123456789abcdef");
    private static final Instant TIME = Instant.parse("2026-01-14T15:30:45.123456789Z");

    @Test
    void decodesWhatItEncoded() {
        BackupHeader full = header(
                Collections.nCopies(BackupHeader.MAX_ANCESTORS, ID),
                17,
                Collections.nCopies(BackupHeader.MAX_GUARDED, new Guarded(ID, TIME)),
                new Before(ID, BackupVersion.HIGHEST));

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

    // ---- authentic but impossible

    private static final String VALID = """
            {"application":"app","id":"0123456789abcdef0123456789abcdef","epoch":1,"sequence":2,"ancestors":[],
             "namedFrom":0,"name":"n","createdAt":"2026-01-14T15:30:45Z","reason":"r","instance":"i",
             "guarded":[{"id":"0123456789abcdef0123456789abcdef","since":"2026-01-14T15:30:45Z"}],
             "before":{"id":"0123456789abcdef0123456789abcdef","stateBytes":1,"sectionBytes":{"text":1}}}
            """;

    @Test
    void decodesAPossibleHeader() {
        assertThat(decode(VALID).version()).isEqualTo(new BackupVersion(1, 2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "epoch      | \"epoch\":1                           | \"epoch\":-1",
                "epoch      | \"epoch\":1                           | \"epoch\":9223372036854775807",
                "epoch      | \"epoch\":1                           | \"epoch\":9007199254740992",
                "epoch      | \"epoch\":1                           | \"epoch\":1.5",
                "epoch      | \"epoch\":1                           | \"epoch\":\"1\"",
                "sequence   | \"sequence\":2                        | \"sequence\":-9223372036854775808",
                "sequence   | \"sequence\":2                        | \"sequence\":9223372036854775807",
                "sequence   | \"sequence\":2                        | \"sequence\":92233720368547758080",
                "namedFrom  | \"namedFrom\":0                       | \"namedFrom\":-5",
                "namedFrom  | \"namedFrom\":0                       | \"namedFrom\":9223372036854775807",
                "stateBytes | \"stateBytes\":1                      | \"stateBytes\":-1",
                "text       | \"text\":1                            | \"text\":-1",
                "sectionBytes | {\"text\":1}                        | [1]",
                "createdAt  | \"createdAt\":\"2026-01-14T15:30:45Z\" | \"createdAt\":\"+10000-01-01T00:00:00Z\"",
                "createdAt  | \"createdAt\":\"2026-01-14T15:30:45Z\" | \"createdAt\":\"0000-12-31T23:59:59Z\"",
                "createdAt  | \"createdAt\":\"2026-01-14T15:30:45Z\" | \"createdAt\":\"soon\"",
                "since      | \"since\":\"2026-01-14T15:30:45Z\"  | \"since\":\"+1000000000-12-31T23:59:59Z\"",
                "since      | \"since\":\"2026-01-14T15:30:45Z\"  | \"since\":\"-0001-01-01T00:00:00Z\"",
                "ancestors  | \"ancestors\":[]                      | \"ancestors\":\"0123456789abcdef0123456789abcdef\"",
                "ancestors  | \"ancestors\":[]                      | \"ancestors\":{}",
                "ancestors  | \"ancestors\":[]                      | \"ancestors\":[\"short\"]",
                "guarded    | \"guarded\":[                         | \"guarded\":\"all\",\"unknown\":[",
                "before     | \"before\":{                          | \"before\":7,\"unknown\":{",
                "id         | \"id\":\"0123456789abcdef0123456789abcdef\",\"epoch\" | \"id\":\"0123\",\"epoch\"",
            })
    void refusesAnImpossibleValueAndNamesTheField(String field, String possible, String impossible) {
        assertThat(VALID).contains(possible);

        assertThatThrownBy(() -> decode(VALID.replace(possible, impossible)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(field);
    }

    @Test
    void refusesMoreAncestorsThanAHeaderCanName() {
        String ids = String.join(",", Collections.nCopies(BackupHeader.MAX_ANCESTORS + 1, "\"" + ID + "\""));

        assertThatThrownBy(() -> decode(VALID.replace("\"ancestors\":[]", "\"ancestors\":[" + ids + "]")))
                .hasMessageContainingAll("ancestors", "65", "64");
    }

    @Test
    void refusesMoreGuardsThanAHeaderCanName() {
        String guard = "{\"id\":\"" + ID + "\",\"since\":\"2026-01-14T15:30:45Z\"},";

        assertThatThrownBy(() -> decode(
                        VALID.replace("\"guarded\":[", "\"guarded\":[" + guard.repeat(BackupHeader.MAX_GUARDED))))
                .hasMessageContainingAll("guarded", "17", "16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parent", "ancestors", "namedFrom", "site", "guarded", "before"})
    void nullMeansTheSameAsAbsent(String field) {
        String without = VALID.replace("\"" + field + "\":", "\"unknown\":");

        assertThat(decode(without.replace("{\"application\"", "{\"" + field + "\":null,\"application\"")))
                .isEqualTo(decode(without));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, BackupVersion.HIGHEST + 1, Long.MAX_VALUE})
    void writesNoHeaderThatCannotBeRead(long number) {
        BackupHeader header =
                BackupHeader.builder("app", ID, new BackupVersion(1, number)).build();

        assertThatThrownBy(() -> HeaderCodec.encode(header))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("sequence");
    }

    private static BackupHeader decode(String json) {
        return HeaderCodec.decode(json.getBytes(StandardCharsets.UTF_8));
    }
}
