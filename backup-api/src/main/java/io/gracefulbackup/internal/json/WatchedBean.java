package io.gracefulbackup.internal.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.SerializableString;
import tools.jackson.core.sym.PropertyNameMatcher;
import tools.jackson.core.util.JsonParserDelegate;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.std.DelegatingDeserializer;

/** Reads objects as Jackson does, and notes in the {@link ReadLog} which properties there were. */
final class WatchedBean extends DelegatingDeserializer {

    WatchedBean(ValueDeserializer<?> jackson) {
        super(jackson);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> jackson) {
        return new WatchedBean(jackson);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context) throws JacksonException {
        ReadLog log = ReadLog.of(context);
        if (log == null || !isObject(parser.currentToken())) {
            return super.deserialize(parser, context);
        }
        ReadLog.Names outer = log.enter((BeanDeserializerBase) _delegatee, context);
        try {
            if (parser.currentToken() == JsonToken.PROPERTY_NAME) { // behind the type
                log.note(parser.currentName());
            }
            return super.deserialize(parser instanceof NotedNames ? parser : new NotedNames(parser, log), context);
        } finally {
            log.leave(outer);
        }
    }

    private static boolean isObject(JsonToken token) {
        return token == JsonToken.START_OBJECT || token == JsonToken.PROPERTY_NAME || token == JsonToken.END_OBJECT;
    }

    /** Puts this class in place of Jackson's readers of objects. */
    static final class Modifier extends ValueDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public ValueDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription.Supplier bean, ValueDeserializer<?> reader) {
            return reader instanceof BeanDeserializerBase && !bean.get().isNonStaticInnerClass()
                    ? new WatchedBean(reader)
                    : reader;
        }
    }

    /** Notes the names that the parser comes upon. */
    private static final class NotedNames extends JsonParserDelegate {
        private final ReadLog log;

        NotedNames(JsonParser parser, ReadLog log) {
            super(parser);
            this.log = log;
        }

        @Override
        public JsonToken nextToken() throws JacksonException {
            JsonToken token = super.nextToken();
            if (token == JsonToken.PROPERTY_NAME) {
                log.note(currentName());
            }
            return token;
        }

        @Override
        public String nextName() throws JacksonException {
            String name = super.nextName();
            if (name != null) {
                log.note(name);
            }
            return name;
        }

        @Override
        public boolean nextName(SerializableString expected) throws JacksonException {
            boolean isIt = super.nextName(expected);
            noteCurrent();
            return isIt;
        }

        @Override
        public int nextNameMatch(PropertyNameMatcher matcher) throws JacksonException {
            int match = super.nextNameMatch(matcher);
            noteCurrent();
            return match;
        }

        private void noteCurrent() {
            if (currentToken() == JsonToken.PROPERTY_NAME) {
                log.note(currentName());
            }
        }
    }
}
