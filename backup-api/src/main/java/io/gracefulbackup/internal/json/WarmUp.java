package io.gracefulbackup.internal.json;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads a value of each kind once, so that no class is loaded for the first time at the exit. */
final class WarmUp {
    private WarmUp() {}

    static void run(JsonMapper mapper) {
        Map<String, Object> sample = Map.of(
                "list", List.of(1, 2L, 1.5, true, "text", Map.of()),
                "numbers", List.of(BigInteger.TEN.pow(30), new BigDecimal("1.50")),
                "set", Set.of(Map.of("a", 1), Map.of("b", Instant.EPOCH)));
        try (StateGenerator generator = new StateGenerator(mapper.createGenerator(new ByteArrayOutputStream()), () -> false)) {
            mapper.writer().writeValue(generator, sample);
            byte[] json = mapper.writeValueAsBytes(sample);
            var type = mapper.constructType(Map.class);
            new ReadBack(mapper, type, mapper.writerFor(type), mapper.readerFor(type))
                    .compare(new ByteArrayInputStream(json), true, generator.written());
            mapper.readTree(json);
        } catch (JacksonException | IOException e) {
            // The application's own mapper may refuse such values; nothing depends on them.
        }
    }
}
