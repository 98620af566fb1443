package io.gracefulbackup.internal.json;

import java.util.concurrent.BlockingDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Builds the mapper of the sections for which the application brings none. */
final class StateMapper {
    /** The same for writing and reading, so that what was written can be read. */
    static final int MAX_DEPTH = 10_000;

    private StateMapper() {}

    static JsonMapper create() {
        StateSerializers serializers = new StateSerializers();
        SimpleModule module = new SimpleModule("graceful-backup");
        module.setSerializerModifier(serializers);
        module.setDeserializerModifier(new WatchedBean.Modifier());
        module.addAbstractTypeMapping(BlockingQueue.class, LinkedBlockingQueue.class);
        module.addAbstractTypeMapping(BlockingDeque.class, LinkedBlockingDeque.class);
        JsonMapper mapper = JsonMapper.builder(factory())
                .addModule(module)
                .changeDefaultVisibility(visible -> new HiddenFields())
                // A list that has a getter only, as Lombok makes for a final field, is filled through it.
                .enable(MapperFeature.USE_GETTERS_AS_SETTERS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                // The generator finds every cycle, the shortest too, and tells its path.
                .disable(SerializationFeature.FAIL_ON_SELF_REFERENCES)
                // A value that an older version of the same class wrote must not lock the application out.
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                // Digits, zones and offsets are part of the value.
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .disable(DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID)
                .disable(DateTimeFeature.WRITE_DATES_WITH_CONTEXT_TIME_ZONE)
                .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
                // toString() may be overridden for people, and two constants may share it.
                .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING)
                .disable(EnumFeature.READ_ENUMS_USING_TO_STRING)
                .build();
        serializers.use(mapper);
        return mapper;
    }

    /** Jackson's limits protect servers from hostile input. A backup is authenticated before it is read. */
    private static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxDocumentLength(-1)
                        .maxTokenCount(-1)
                        .build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                .build();
    }
}
