package ch.qos.logback.core;

/** An appender that hands a line to another thread; see {@link OutputStreamAppender}. */
public final class AsyncAppender {
    public boolean isStarted() {
        return true;
    }
}
