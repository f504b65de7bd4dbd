package plugin

import "os"

// loggingDisabled reports whether Terraform discards the provider's log.
func loggingDisabled() bool { return os.Getenv("TF_LOG") == "" && os.Getenv("TF_LOG_PROVIDER") == "" }

// disableLoggers turns off the loggers of the plugin libraries and of the provider, except those with a configured level. By
// default they write about a dozen lines per data source, and Terraform parses each line before it discards it.
func disableLoggers() error {
	for _, logger := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_RETAB"} {
		if os.Getenv(logger) != "" {
			continue
		}
		if err := os.Setenv(logger, "OFF"); err != nil {
			return err
		}
	}
	return nil
}
