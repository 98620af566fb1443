package ch.qos.logback.classic;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/** Has the name of Logback's factory, and its loggers the methods of Logback's; no Logback is on this class path. */
public final class LoggerContext implements ILoggerFactory {
    private final Map<String, ContextLogger> loggers = new ConcurrentHashMap<>();

    @Override
    public ContextLogger getLogger(String name) {
        return loggers.computeIfAbsent(name, key -> new ContextLogger());
    }

    /** As Logback's: takes all appenders from all loggers. */
    public void stop() {
        loggers.values().forEach(logger -> logger.appenders.clear());
    }

    /** A logger that only has appenders. */
    public static final class ContextLogger extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1L;

        public final transient List<Object> appenders = new ArrayList<>();
        public boolean additive = true;

        public Iterator<Object> iteratorForAppenders() {
            return appenders.iterator();
        }

        public boolean isAdditive() {
            return additive;
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return "";
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {}

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
