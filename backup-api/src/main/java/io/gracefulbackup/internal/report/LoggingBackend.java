package io.gracefulbackup.internal.report;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SLF4J backend, asked what becomes of the lines that it is given. This library depends on no backend, so it knows them by
 * the names of their classes and asks by reflection. A backend that it does not know is trusted with nothing.
 */
final class LoggingBackend {
    private static final String NONE = "org.slf4j.helpers.NOP";
    /** Writes to its stream before it returns, and has nothing to stop. */
    private static final String SIMPLE = "org.slf4j.simple.";

    private static final String LOGBACK = "ch.qos.logback.classic.";
    /** The superclass of Logback's appenders to the console and to files. All others may hand a line to another thread. */
    private static final String LOGBACK_STREAM = "ch.qos.logback.core.OutputStreamAppender";

    private final ILoggerFactory factory;
    private final String logger;

    /** What becomes of a line. */
    enum Fate {
        /** It was written before the call returned. */
        WRITTEN,
        /** It may be in a queue when the process ends, or the backend may have stopped. */
        UNCERTAIN,
        /** Nobody sees it: there is no backend, or it has stopped. */
        LOST
    }

    LoggingBackend(ILoggerFactory factory, String logger) {
        this.factory = factory;
        this.logger = logger;
    }

    /** What became of a line that it was given just now. */
    Fate fate() {
        String name = factory.getClass().getName();
        if (name.startsWith(NONE)) {
            return Fate.LOST;
        }
        if (name.startsWith(SIMPLE)) {
            return Fate.WRITTEN;
        }
        try {
            return name.startsWith(LOGBACK) ? logback() : Fate.UNCERTAIN;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError otherVersion) {
            return Fate.UNCERTAIN;
        }
    }

    /** When Logback stops, it takes the appenders from the loggers. So one that is there now was there for the last line. */
    private Fate logback() throws ReflectiveOperationException {
        List<Object> appenders = logbackAppenders();
        for (Object appender : appenders) {
            if (isStream(appender.getClass()) && (boolean) call(appender, "isImmediateFlush")) {
                return Fate.WRITTEN;
            }
        }
        return appenders.isEmpty() ? Fate.LOST : Fate.UNCERTAIN;
    }

    /** The started appenders of the logger and of those above it. */
    private List<Object> logbackAppenders() throws ReflectiveOperationException {
        List<Object> appenders = new ArrayList<>();
        boolean goesOn = true;
        for (String name = logger; goesOn; name = parent(name)) {
            Logger at = factory.getLogger(name);
            Iterator<?> own = (Iterator<?>) call(at, "iteratorForAppenders");
            while (own.hasNext()) {
                Object appender = own.next();
                if ((boolean) call(appender, "isStarted")) {
                    appenders.add(appender);
                }
            }
            goesOn = !name.equals(Logger.ROOT_LOGGER_NAME) && (boolean) call(at, "isAdditive");
        }
        return appenders;
    }

    private static String parent(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? Logger.ROOT_LOGGER_NAME : name.substring(0, dot);
    }

    private static boolean isStream(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            if (at.getName().equals(LOGBACK_STREAM)) {
                return true;
            }
        }
        return false;
    }

    private static Object call(Object target, String method) throws ReflectiveOperationException {
        Object result = target.getClass().getMethod(method).invoke(target);
        if (result == null) {
            throw new InvocationTargetException(new NullPointerException(method));
        }
        return result;
    }

    /** The backend of this process. */
    static LoggingBackend ofProcess(String logger) {
        return new LoggingBackend(LoggerFactory.getILoggerFactory(), logger);
    }
}
