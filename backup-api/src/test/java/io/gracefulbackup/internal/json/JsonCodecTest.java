package io.gracefulbackup.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;

class JsonCodecTest {
    record Block(int index, String owner) {}

    @Test
    void readsWhatItWrote() throws IOException {
        JsonCodec<Map<LocalDate, List<Block>>> codec =
                JsonCodec.of(new TypeReference<Map<LocalDate, List<Block>>>() {});
        Map<LocalDate, List<Block>> value = Map.of(LocalDate.of(2026, 1, 14), List.of(new Block(1, "Asha")));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        codec.write(value, out);

        assertThat(read(codec, out.toByteArray())).isEqualTo(value);
    }

    @Test
    void leavesTheStreamsOpen() throws IOException {
        JsonCodec<Block> codec = JsonCodec.of(Block.class);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        OutputStream out = new FilterOutputStream(written) {
            @Override
            public void close() {
                throw new AssertionError("closed");
            }
        };
        codec.write(new Block(1, "Asha"), out);
        out.flush();
        InputStream in = new FilterInputStream(new ByteArrayInputStream(written.toByteArray())) {
            @Override
            public void close() {
                throw new AssertionError("closed");
            }
        };

        assertThat(codec.read(in, Set.of(), null).value()).isEqualTo(new Block(1, "Asha"));
    }

    @Test
    void refusesBytesAfterTheValue() {
        assertThatThrownBy(() -> read("{\"index\":1,\"owner\":\"Asha\"} {}")).isInstanceOf(IOException.class);
    }

    @Test
    void namesTypeAndPositionOfAnErrorAndQuotesNothing() {
        assertThatThrownBy(() -> read("{\"index\":\"canary\"}"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("a value of type JsonCodecTest.Block cannot be read from JSON (")
                .hasMessageContaining("at byte ")
                .hasMessageNotContaining("canary")
                .hasNoCause();
        assertThatThrownBy(() -> JsonCodec.of(Object.class).write(new Unwritable(), OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "cannot be written as JSON (IllegalStateException at JsonCodecTest.Unwritable.value)")
                .hasStackTraceContaining("getValue")
                .satisfies(failed -> assertThat(failed.getCause())
                        .hasMessage("IllegalStateException")
                        .hasNoCause());
    }

    @Test
    void passesOnFailuresOfTheStream() {
        IOException failure = new IOException("disk full");
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw failure;
            }
        };

        assertThatThrownBy(() -> JsonCodec.of(Block.class).write(new Block(1, "Asha"), out))
                .isSameAs(failure);
    }

    private static @Nullable Block read(String json) throws IOException {
        return read(JsonCodec.of(Block.class), json.getBytes(UTF_8));
    }

    private static <T> @Nullable T read(JsonCodec<T> codec, byte[] json) throws IOException {
        return codec.read(new ByteArrayInputStream(json), Set.of(), null).value();
    }

    static final class Unwritable {
        private final boolean isBroken = true;

        public String getValue() {
            if (isBroken) {
                throw new IllegalStateException("canary");
            }
            return "";
        }

        public void setValue(String value) {}
    }
}
