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
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads a value of each kind once, so that no class is loaded for the first time at the exit. */
final class WarmUp {
    private WarmUp() {}

    static void run(JsonMapper mapper) {
        Map<String, Object> sample = Map.of(
                "list", List.of(1, 2L, 1.5, true, "text", Map.of()),
                "numbers", List.of(BigInteger.TEN.pow(30), new BigDecimal("1.50")),
                "set", Set.of(Map.of("a", 1), Map.of("b", Instant.EPOCH)));
        try {
            JavaType type = mapper.constructType(Map.class);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            StateGenerator generator = new StateGenerator(mapper.createGenerator(out), () -> false);
            generator.writeAll(sample, type, mapper);
            new ReadBack(mapper, type, mapper.readerFor(type))
                    .compare(new ByteArrayInputStream(out.toByteArray()), true, generator.written());
            mapper.readTree(out.toByteArray());
            mapper.readValue("[0]", String[][].class); // What an error needs.
        } catch (JacksonException | IOException e) {
            Failures.withoutValue(
                    mapper.constructType(Map.class), "", DatabindException.from(mapper._serializationContext(), ""));
        }
    }
}
