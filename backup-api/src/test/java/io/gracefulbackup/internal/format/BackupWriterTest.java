package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.Fixtures.APPLICATION;
import static io.gracefulbackup.internal.format.Fixtures.SECRET;
import static io.gracefulbackup.internal.format.Fixtures.noise;
import static io.gracefulbackup.internal.format.Fixtures.ring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import io.gracefulbackup.internal.format.UnreadableBackupException.DamagedPayload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackupWriterTest {
    private static final List<SectionSpec> TWO = List.of(new SectionSpec("a", 1), new SectionSpec("b", 1));

    private final KeyRing ring = ring(SECRET);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private BackupWriter writer(List<SectionSpec> sections) throws IOException {
        return new BackupWriter(ring.sealingKey(), Fixtures::header, sections, out);
    }

    private void assertCut() {
        assertThatThrownBy(() ->
                        new BackupReader(ring, APPLICATION).authenticate(new ByteArrayInputStream(out.toByteArray())))
                .isInstanceOf(DamagedPayload.class);
    }

    @ParameterizedTest
    @EnumSource(BodyCodec.class)
    void leavesAnIncompleteBackupWhenClosedUnfinished(BodyCodec codec) throws IOException {
        BackupWriter writer =
                new BackupWriter(ring.sealingKey(), Fixtures::header, TWO, out, FreshValues.atRandom(), codec);
        OutputStream section = writer.nextSection();
        section.write(noise(200_000));
        int before = out.size();

        writer.close();
        writer.close();

        assertThat(out.size()).isEqualTo(before);
        assertCut();
        assertThatThrownBy(() -> section.write(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(writer::finish).isInstanceOf(IOException.class);
        assertThatThrownBy(writer::nextSection).isInstanceOf(IOException.class);
        assertCut();
    }

    @Test
    void refusesEverythingAfterAFailedWrite() throws IOException {
        int[] room = {10_000};
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space left");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                room[0] -= length;
                if (room[0] < 0) {
                    room[0] = Integer.MAX_VALUE;
                    throw new IOException("no space left");
                }
                out.write(bytes, offset, length);
            }
        };
        try (BackupWriter writer = new BackupWriter(
                ring.sealingKey(), Fixtures::header, TWO, full, FreshValues.atRandom(), BodyCodec.NONE)) {
            OutputStream section = writer.nextSection();
            assertThatThrownBy(() -> section.write(noise(300_000))).hasMessage("no space left");

            assertThatThrownBy(() -> section.write(1)).hasMessageContaining("nothing can be added");
            assertThatThrownBy(writer::nextSection).hasMessageContaining("nothing can be added");
            assertThatThrownBy(writer::finish).hasMessageContaining("nothing can be added");
        }
        assertCut();
    }

    @Test
    void refusesEverythingAfterAFailedFinish() throws IOException {
        int[] writes = {0};
        OutputStream failsOnce = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("unexpected");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (++writes[0] == 2) {
                    throw new IOException("once");
                }
                out.write(bytes, offset, length);
            }
        };
        try (BackupWriter writer = new BackupWriter(ring.sealingKey(), Fixtures::header, List.of(), failsOnce)) {
            assertThatThrownBy(writer::finish).hasMessage("once");
            assertThatThrownBy(writer::finish).hasMessageContaining("nothing can be added");
        }
        assertCut();
    }

    @Test
    void failsTheBackupOnBytesForASectionThatHasEnded() throws IOException {
        try (BackupWriter writer = writer(TWO)) {
            OutputStream first = writer.nextSection();
            OutputStream second = writer.nextSection();

            assertThatThrownBy(() -> first.write(1)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> second.write(1)).isInstanceOf(IOException.class);
            assertThatThrownBy(writer::finish).isInstanceOf(IOException.class);
        }
        assertCut();
    }

    @Test
    void refusesMoreOrFewerSectionsThanWereAnnounced() throws IOException {
        try (BackupWriter writer = writer(TWO)) {
            writer.nextSection();
            assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        }
        assertCut();
        try (BackupWriter writer = writer(List.of())) {
            assertThatThrownBy(writer::nextSection).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(writer::finish).isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesEverythingOnceFinished() throws IOException {
        BackupWriter writer = writer(List.of(new SectionSpec("a", 1)));
        OutputStream section = writer.nextSection();
        section.close();
        section.write(1);
        writer.finish();
        byte[] sealed = out.toByteArray();

        assertThatThrownBy(() -> section.write(2)).isInstanceOf(IOException.class);
        assertThatThrownBy(writer::finish).isInstanceOf(IOException.class);
        writer.close();
        assertThat(out.toByteArray()).isEqualTo(sealed);
        assertThat(Fixtures.open(ring, sealed).get("a")).containsExactly(1);
    }

    @Test
    void usesANewIdAndNonceForEachBackup() throws IOException {
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            out.reset();
            try (BackupWriter writer = writer(List.of())) {
                drawn.add(writer.finish().header().id().value());
            }
            drawn.add(Arrays.toString(Arrays.copyOfRange(out.toByteArray(), 43, 75)));
        }
        assertThat(drawn).hasSize(100);
    }

    @Test
    void refusesAHeaderOfAnotherId() {
        BackupHeader other = Fixtures.header(FreshValues.atRandom().id());

        assertThatThrownBy(() -> new BackupWriter(ring.sealingKey(), id -> other, List.of(), out))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesSectionNamesThatAreAmbiguous() {
        for (List<SectionSpec> wrong : List.of(
                List.of(new SectionSpec("", 1)),
                List.of(new SectionSpec("a\0b", 1)),
                List.of(new SectionSpec("a\n", 1)),
                List.of(new SectionSpec("a", 1), new SectionSpec("a", 2)))) {
            assertThatThrownBy(() -> writer(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void padsTheHeaderInSteps() throws IOException {
        assertThat(headerLength(1)).isEqualTo(4096 + 16);
        assertThat(headerLength(4000)).isEqualTo(2 * 4096 + 16);
        assertThat(headerLength(60_000)).isEqualTo(15 * 4096 + 16);
        assertThatThrownBy(() -> headerLength(61_440))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("61440");
    }

    private int headerLength(int site) throws IOException {
        out.reset();
        try (BackupWriter writer = new BackupWriter(
                ring.sealingKey(),
                id -> {
                    BackupHeader h = Fixtures.header(id);
                    return BackupHeader.builder(h.application(), id, h.version())
                            .ancestors(h.ancestors())
                            .name(h.name())
                            .createdAt(h.createdAt())
                            .reason(h.reason())
                            .site("s".repeat(site))
                            .instance(h.instance())
                            .choices(List.of(new Choice("empty", h.version())))
                            .build();
                },
                List.of(),
                out)) {
            BackupHeader written = writer.finish().header();
            assertThat(new BackupReader(ring, APPLICATION).authenticate(new ByteArrayInputStream(out.toByteArray())))
                    .isEqualTo(written);
        }
        return ByteBuffer.wrap(out.toByteArray()).getInt(6);
    }
}
